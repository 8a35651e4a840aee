/** Notes from now on whether anything asked for what is another each time or lies elsewhere: the clock, chance, the network. */
export function watchOutside(): Outside {
	let wasAsked = false;
	const note = (): void => {
		if (!isBerth) wasAsked = true;
	};
	watchDate(note);
	noteReading(Math, "random", note);
	for (const name of ["performance", "crypto", "fetch"] as const)
		noteReading(globalThis, name, note);
	return {
		note,
		get wasAsked() {
			return wasAsked;
		},
	};
}

export interface Outside {
	readonly wasAsked: boolean;
	/** Something else was asked. */
	readonly note: () => void;
}

/** What berth does itself on the way is no pipeline's doing. */
export function asBerth<T>(work: () => T): T {
	isBerth = true;
	try {
		return work();
	} finally {
		isBerth = false;
	}
}

let isBerth = false;

/** A date that is given is no clock. */
function watchDate(note: () => void): void {
	globalThis.Date = new Proxy(Date, {
		construct(target, given, made) {
			if (given.length === 0) note();
			return Reflect.construct(target, given, made);
		},
		apply(target, self, given) {
			note();
			return Reflect.apply(target, self, given);
		},
		get(target, name) {
			if (name === "now") note();
			return Reflect.get(target, name);
		},
	});
}

function noteReading<T extends object>(
	of: T,
	name: keyof T,
	note: () => void,
): void {
	const own = Object.getOwnPropertyDescriptor(of, name);
	let set: { value: unknown } | null = null;
	Object.defineProperty(of, name, {
		configurable: true,
		enumerable: own?.enumerable ?? false,
		get: () => {
			note();
			if (set) return set.value;
			return own?.get ? own.get.call(of) : own?.value;
		},
		set: (value: unknown) => {
			set = { value };
		},
	});
}
