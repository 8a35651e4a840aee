"""Writes reference.json: what scikit-learn says, for the tests beside it to compare with.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install scikit-learn
    /tmp/reference/bin/python test/images/make-reference.py

Made with scikit-learn 1.9.1. Run it again only to change what is compared; the tests read the committed file.
"""

import csv
import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

here = Path(__file__).parent
warnings.filterwarnings("ignore")


def gradient_norm(model, x, y, l2):
    """Length of the gradient of the summed loss plus l2/2 |w|^2, intercept free."""
    error = model.predict_proba(x)[:, 1] - y
    gradient = np.append(x.T @ error + l2 * model.coef_[0], error.sum())
    return float(np.linalg.norm(gradient))


def optimum(name, x, y, l2):
    scaler = StandardScaler().fit(x)
    x = scaler.transform(x)
    model = LogisticRegression(C=1 / l2, solver="newton-cholesky", tol=1e-14, max_iter=10_000).fit(x, y)
    norm = gradient_norm(model, x, y, l2)
    assert norm < 1e-9, (name, l2, norm)
    return {
        "name": name,
        "l2": l2,
        "coefficients": model.coef_[0].tolist(),
        "intercept": float(model.intercept_[0]),
        "means": scaler.mean_.tolist(),
        "scales": scaler.scale_.tolist(),
        "gradientNorm": norm,
    }


def breast_cancer():
    rows = list(csv.reader(open(here / "../fixtures/wdbc.data")))
    x = np.array([[float(value) for value in row[2:]] for row in rows])
    return x, np.array([int(row[1] == "M") for row in rows])


def collinear():
    """40 rows; the third column is almost the sum of the first two, the fourth is constant."""
    random = np.random.default_rng(3)
    x = random.normal(size=(40, 4)).round(3)
    x[:, 2] = (x[:, 0] + x[:, 1] + 0.01 * x[:, 2]).round(5)
    x[:, 3] = 7.5
    y = (x[:, 0] + random.normal(size=40) > 0.2).astype(int)
    return x, y


def measured(name, labels, probabilities, threshold=0.5):
    called = (np.array(probabilities) >= threshold).astype(int)
    tn, fp, fn, tp = metrics.confusion_matrix(labels, called, labels=[0, 1]).ravel().tolist()
    return {
        "name": name,
        "labels": list(map(int, labels)),
        "probabilities": list(map(float, probabilities)),
        "threshold": threshold,
        "metrics": {
            "accuracy": float(metrics.accuracy_score(labels, called)),
            "precision": float(metrics.precision_score(labels, called, zero_division=0)),
            "recall": float(metrics.recall_score(labels, called)),
            "f1": float(metrics.f1_score(labels, called, zero_division=0)),
            "rocAuc": float(metrics.roc_auc_score(labels, probabilities)),
            "averagePrecision": float(metrics.average_precision_score(labels, probabilities)),
            "logLoss": float(metrics.log_loss(labels, probabilities, labels=[0, 1])),
            "brierScore": float(metrics.brier_score_loss(labels, probabilities)),
            "confusion": {"truePositives": tp, "falsePositives": fp, "trueNegatives": tn, "falseNegatives": fn},
        },
    }


random = np.random.default_rng(11)
labels = random.integers(0, 2, 200)
noisy = np.clip(0.5 + 0.25 * (labels - 0.5) + random.normal(scale=0.2, size=200), 0, 1)
x, y = collinear()

reference = {
    "madeBy": f"make-reference.py with scikit-learn {sklearn.__version__}",
    "collinear": {"x": x.tolist(), "y": y.tolist()},
    "optima": [optimum("breast cancer", *breast_cancer(), l2) for l2 in (0.1, 1.0, 10.0)]
    + [optimum("collinear", x, y, l2) for l2 in (0.01, 1.0)],
    "metrics": [
        measured("no ties", labels, noisy),
        measured("many ties", labels, noisy.round(1)),
        measured("all tied", labels, np.full(200, 0.5)),
        measured("certain and wrong", [0, 1, 1, 0, 1], [1.0, 0.0, 1.0, 0.0, 0.5]),
        measured("nothing called positive", [0, 1, 1, 0], [0.1, 0.2, 0.3, 0.4]),
        measured("another threshold", labels, noisy.round(2), 0.65),
        measured("few positives", [1] + [0] * 30, [0.4] + [0.01 * i for i in range(15)] * 2),
    ],
}
(here / "reference.json").write_text(json.dumps(reference, indent="\t") + "\n")
