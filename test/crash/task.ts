export const IMAGE = "node:24-bookworm-slim";
export const TASK = "task";
export const PATH = "made";
/** Holds the same, so that its folder is removed piece by piece: its object is there already. */
export const TWIN = "twin";

/** What a container can be told to do in the end. */
export type Order = "0" | "7" | "oom";

/** What the output holds that this attempt published. */
export const madeBy = (attempt: number): string => `made by ${attempt}\n`;

/**
 * Writes numbered lines to both streams, and the same to `/witness`, until there is an order for its attempt; then some more, and what
 * it was told. Half an output is written in any case.
 */
const SCRIPT = `n=0
say() {
	n=$((n + 1))
	echo "out $n"; echo "out $n" >> /witness/$BERTH_ATTEMPT.stdout
	echo "err $n" >&2; echo "err $n" >> /witness/$BERTH_ATTEMPT.stderr
}
burst() { m=0; while [ $m -lt 30 ]; do m=$((m + 1)); say; done; }
burst
echo half > /out/made/half.txt
while [ ! -e /orders/$BERTH_ATTEMPT ]; do say; sleep 0.05; done
read order < /orders/$BERTH_ATTEMPT
burst
case $order in
	0) echo "made by $BERTH_ATTEMPT" > /out/made/made.txt; cp -r /out/made/. /out/twin ;;
	7) exit 7 ;;
	oom) exec tail /dev/zero ;;
esac`;

/** A pipeline of this one task, which takes its orders from one folder and witnesses in another. */
export const pipelineOf = (orders: string, witness: string): string => `
import { pipeline } from "berth";
export default pipeline("crash", {}, ({ container }) => {
	container(${JSON.stringify(TASK)}, {
		image: ${JSON.stringify(IMAGE)},
		command: ["sh", "-c", ${JSON.stringify(SCRIPT)}],
		memory: "16m",
		grace: "2s",
		out: { made: ${JSON.stringify(PATH)}, twin: ${JSON.stringify(TWIN)} },
		mounts: [
			{ source: ${JSON.stringify(orders)}, target: "/orders" },
			{ source: ${JSON.stringify(witness)}, target: "/witness", readOnly: false },
		],
	});
});
`;
