import { AuthorError } from "../author-error.ts";
import { didYouMean } from "../nearest.ts";
import type { GroupOverride } from "../overrides.ts";
import type { GroupDefault, Option } from "./config-file.ts";
import type { ConfigFolder } from "./config-folder.ts";
import { keyOf, pathOf, type Spot } from "./spots.ts";

/** Which file of each group counts: what the command line says, else what overrides it, else what its entry says. */
export class Choices {
	readonly #folder: ConfigFolder;
	readonly #given: readonly GroupOverride[];
	readonly #overrides = new Map<string, Override>();
	readonly #removed = new Map<string, Removal>();
	readonly #made = new Map<string, Option>();

	constructor(folder: ConfigFolder, given: readonly GroupOverride[]) {
		this.#folder = folder;
		this.#given = given;
		for (const { op, key, option, from } of given) {
			if (op === "set")
				this.#overrides.set(key, { option, from, isUsed: false });
			if (op === "remove")
				this.#removed.set(key, { option, from, isUsed: false });
		}
	}

	/** What `--set +group=option` appends to the primary config's defaults. */
	added(): readonly GroupDefault[] {
		return this.#given
			.filter(({ op }) => op === "add")
			.map(({ key, option, from }) => {
				const [group = "", place] = key.split("@");
				return {
					kind: "group",
					group: `/${group}`,
					package: place ?? null,
					option,
					isOptional: false,
					isOverride: false,
					from,
				};
			});
	}

	/** What an `override` of a file says; one that is nearer to the root was there before, and counts. */
	override(entry: GroupDefault, spot: Spot): void {
		const key = keyOf(entry, spot);
		if (this.#overrides.has(key)) return;
		const { option, from } = entry;
		this.#overrides.set(key, { option, from, isUsed: false });
	}

	/** What would be chosen now. */
	option(entry: GroupDefault, spot: Spot): Option {
		return (this.#overrides.get(keyOf(entry, spot)) ?? entry).option;
	}

	choose(entry: GroupDefault, spot: Spot): Option {
		const key = keyOf(entry, spot);
		const override = this.#overrides.get(key);
		if (override) override.isUsed = true;
		const { from } = override ?? entry;
		const option = this.#filledOption(this.option(entry, spot), from);
		const removal = this.#removed.get(key);
		if (removal && (removal.option === null || removal.option === option)) {
			removal.isUsed = true;
			return null;
		}
		if (option === "???") throw this.#needed(entry, spot);
		this.#remember(key, option, entry);
		return option;
	}

	/** An optional choice that is not there. */
	drop(key: string): void {
		this.#made.delete(key);
	}

	/** Group → what was chosen, without those for which nothing was. */
	made(): Readonly<Record<string, string>> {
		const named = [...this.#made].filter(([, option]) => option !== null);
		return Object.fromEntries(
			named
				.map(([key, option]) => [key, [option].flat().join(",")] as const)
				.sort(([a], [b]) => (a < b ? -1 : 1)),
		);
	}

	/** A name with the choices that it mentions: `${model}_small`. */
	filled(text: string, from: string): string {
		return text.replace(/\$\{\s*([^{}]*?)\s*\}/g, (_, key: string) => {
			const option = this.#made.get(key);
			if (typeof option === "string") return option;
			throw new AuthorError(
				`${from}: "\${${key}}" is no choice that the defaults list makes.${didYouMean(key, this.#made.keys())} In a defaults list only the choices of groups can be named so, not values.`,
			);
		});
	}

	/** Every override must have found what it overrides. */
	close(): void {
		for (const [key, { from, isUsed }] of this.#overrides) {
			if (isUsed) continue;
			const isGiven = from.startsWith("--set ");
			const add = isGiven ? ` To add it, write --set +${from.slice(6)}.` : "";
			throw new AuthorError(
				`${from}: no defaults list chooses "${key}" ${isGiven ? "" : "after that entry is read "}so there is nothing to override.${this.#hint(key)}${add}`,
			);
		}
		for (const [key, { from, isUsed }] of this.#removed)
			if (!isUsed)
				throw new AuthorError(
					`${from}: no defaults list chooses "${key}" so, and there is nothing to take away.${this.#hint(key)}`,
				);
	}

	unknown(entry: GroupDefault, name: string, spot: Spot): AuthorError {
		const group = pathOf(entry.group, spot);
		const { from } = this.#overrides.get(keyOf(entry, spot)) ?? entry;
		return new AuthorError(
			`${from}: "${group}" has no choice "${name}".${this.#options(group, name)}`,
		);
	}

	#needed(entry: GroupDefault, spot: Spot): AuthorError {
		const group = pathOf(entry.group, spot);
		return new AuthorError(
			`a choice for "${group}" is needed (${entry.from}). Give it with --set ${keyOf(entry, spot)}=….${this.#options(group, "")}`,
			{ missing: "param" },
		);
	}

	#options(group: string, name: string): string {
		if (!this.#folder.isGroup(group))
			return ` There is no folder ${this.#folder.label(group)}.`;
		const known = this.#folder.options(group);
		return `${didYouMean(name, known)} There are: ${known.join(", ")}.`;
	}

	#hint(key: string): string {
		const known = [...this.#made.keys()];
		return (
			didYouMean(key, known) ||
			(known.length > 0 ? ` There are: ${known.join(", ")}.` : "")
		);
	}

	#filledOption(option: Option, from: string): Option {
		if (option === null) return null;
		if (typeof option === "string") return this.filled(option, from);
		return option.map((one) => this.filled(one, from));
	}

	#remember(key: string, option: Option, { from }: GroupDefault): void {
		if (this.#made.has(key))
			throw new AuthorError(
				`${from}: "${key}" is chosen twice. To change what is chosen elsewhere, write "- override ${key.startsWith("/") ? key : `/${key}`}: …".`,
			);
		this.#made.set(key, option);
	}
}

interface Override {
	readonly option: Option;
	readonly from: string;
	isUsed: boolean;
}

/** Null: whatever is chosen. */
type Removal = Override;
