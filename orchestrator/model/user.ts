/** Docker gives a user without a group the group root, which no one asked for. */
export const withGroup = (user: string): string =>
	/^\d+$/.test(user) ? `${user}:${user}` : user;
