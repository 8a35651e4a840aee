"""Writes hydra-reference.json: what Hydra makes of some hundred config folders, for the tests beside it to compare with.

    python3 -m venv hydra && hydra/bin/pip install hydra-core
    hydra/bin/python test/define/make-hydra-reference.py

Made with hydra-core 1.3.8. Run it again only to change what is compared; the tests read the committed file.
"""

import json
import random
import re
import tempfile
from pathlib import Path

from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

CASES = 120
here = Path(__file__).parent
pick = random.Random(42)
GROUPS = {"model": ["s", "t"], "db": ["s", "u"], "model/opt": ["s", "v"]}
KEYS = ["a", "b", "c"]


def scalar():
    return pick.choice(["1", "2.5", "true", "null", "word", "[1, x]", "'7'", "{x: 1}"])


def named():
    return pick.choice(
        ["${seed}", "n-${seed}", "${.a}", "${..seed}", "${model.a}", "${b}", "\\${seed}", "${seed}${..seed}", "${c.x}"]
    )


def values(depth=0):
    lines = []
    for key in pick.sample(KEYS, pick.randint(0, 3)):
        roll = pick.random()
        if roll < 0.25 and depth < 2:
            inner = values(depth + 1)
            lines += [f"{key}:", *(f"  {line}" for line in inner)] if inner else [f"{key}: 0"]
        elif roll < 0.4:
            lines.append(f"{key}: {named()}")
        else:
            lines.append(f"{key}: {scalar()}")
    return lines


def entry(groups, files, nested):
    roll = pick.random()
    if groups and roll < 0.7:
        group = pick.choice(groups)
        options = GROUPS[group] if not nested else GROUPS[f"{nested}/{group}"]
        option = pick.choice([*options, *options, "null", "gone", "???", "${model}"][: 4 if pick.random() < 0.8 else 7])
        word = "" if option == "gone" else pick.choice(["", "", "", "optional "])
        place = pick.choice(["", "", "", "", "@x", "@_global_", "@_here_", "@x.y"])
        return f"- {word}{group}{place}: {option}"
    return f"- {pick.choice(files)}" if files else None


def override():
    return f"- override {pick.choice(['/model', '/db', '/model/opt'])}: {pick.choice(['s', 't', 'u', 'v', 'null'])}"


def config(groups, files, nested=None, chance=0.35):
    lines = []
    if pick.random() < chance:
        found = [entry(groups, files, nested) for _ in range(pick.randint(1, 3))]
        found = list(dict.fromkeys(one for one in found if one))
        if pick.random() < 0.5:
            found.insert(pick.randint(0, len(found)), "- _self_")
        if nested is None and pick.random() < 0.2:
            found.append(override())
        if found:
            lines += ["defaults:", *(f"  {one}" for one in found)]
    body = values()
    return "\n".join(lines + body) + "\n"


def folder():
    files = {"config.yaml": config(["model", "db"], ["base"], chance=0.95) + "seed: 42\n", "base.yaml": config([], [])}
    for group, options in GROUPS.items():
        for option in options:
            inner = {"model": ["opt"]}.get(group, [])
            text = config(inner, [], group)
            if pick.random() < 0.1:
                text = f"# @package {pick.choice(['_global_', 'x.y', '_global_.c'])}\n{text}"
            files[f"{group}/{option}.yaml"] = text
    if pick.random() < 0.4:
        head = "# @package _global_\n" if pick.random() < 0.7 else ""
        files["exp/deep.yaml"] = f"{head}defaults:\n  {override()}\n  - _self_\nseed: 7\nmodel:\n  a: 20\n"
    return files


def overrides(files):
    pool = [
        "model=s", "model=t", "db=s", "db=u", "db=null", "model/opt=v", "+db=u", "+model/opt=s", "~model", "~db", "~db=u",
        "model.a=5", "a=1", "seed=${model.a}", "+c.n=1", "++c.n=2", "~model.a", "~a", "+a=3", "model.a={x: 2}", "b=[1,2]",
        "model=gone", "seed=9", "model@x=s", "++a.x=4",
    ]
    if "exp/deep.yaml" in files:
        pool += ["+exp=deep"] * 12
    return pick.sample(pool, pick.choice([0, 0, 1, 1, 2, 3]))


def made(files, given):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = Path(root) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        try:
            with initialize_config_dir(root, version_base="1.3"):
                whole = compose("config", given, return_hydra_config=True)
                choices = OmegaConf.to_container(whole.hydra.runtime.choices)
                plain = compose("config", given)
                values = OmegaConf.to_container(plain, resolve=True, throw_on_missing=True)
        except Exception as error:  # whatever Hydra refuses, berth should refuse
            return {"refused": f"{type(error).__name__}: {error}".split("\n")[0][:200]}
    chosen = {
        key: option
        for key, option in choices.items()
        # An optional choice that is not there is no choice here.
        if option is not None and f"{key.split('@')[0]}/{option}.yaml" in files
    }
    return {"params": values, "choices": chosen}


# Of what it refuses, what concerns defaults lists and names; that a list may not replace a map is left to a pipeline's types.
TOLD = (
    r"Could not override '(?![abc]')|Multiple values|Could not find|more than once|You must specify|No match in|Recursive|key '.*' not found"
)
cases = []
while len(cases) < CASES:
    files = folder()
    given = overrides(files)
    case = {"files": files, "set": given, **made(files, given)}
    isWanted = "refused" not in case or (re.search(TOLD, case["refused"]) and pick.random() < 0.15)
    if isWanted:
        cases.append(case)
(here / "hydra-reference.json").write_text(json.dumps(cases, indent="\t") + "\n")
print(f"{len(cases)} cases, {sum('refused' in case for case in cases)} of them refused")
