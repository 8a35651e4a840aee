/** Fields as one line of CSV, quoted where they must be (RFC 4180). */
export function csvLine(fields: readonly string[]): string {
	return fields.map(quote).join(",");
}

function quote(field: string): string {
	return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
