/** What a container's shell waits at, in a test that says when it goes on. */
export const GATE = "until [ -e /tmp/go ]; do sleep 0.1; done";

/**
 * The words of the docker command line that open it. Without `-d` they would wait for the end of `touch`, which may be the container's own:
 * once the gate is open, that ends, and takes with it whatever still runs in it.
 */
export const toOpen = (container: string): readonly string[] => [
	...["exec", "-d", container],
	...["touch", "/tmp/go"],
];
