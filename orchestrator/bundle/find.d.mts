export const ROOT: string;
export const DIST: string;
export const STAMP: string;
export const INSTALLED: string;
export const MAKE: string;
export function findBundle(): string | null;
export function noteOf(path: string): Note;
/** What the stamp holds of a file: its path in the checkout, its size, and when it was last changed. */
export type Note = readonly [string, number, number];
