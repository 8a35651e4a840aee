/**
 * What an imported stage runs: it lays out a folder as the command knows the repository, runs the command there as DVC does, and moves
 * what the command wrote into the task's outputs. Written into each page, for `sh` of any image; without backticks, for it is put into a template.
 * The folder lies in the first output's folder, on the disk and not in memory, and is gone before that is published.
 */
export const SCRIPT = String.raw`
# Words, by three: in PLACE INPUT, params PLACE VARIABLE, out PLACE OUTPUT, result PLACE -, wdir PLACE -; then run and the commands.
set -eu

# An input, where the command looks for it: copied, and linked when it is larger than 64 MiB.
put() {
	mkdir -p "$(dirname "$2")"
	flags=-RLf
	if [ "$(du -skL "$1" | cut -f 1)" -gt 65536 ]; then flags=-Rsf; fi
	if [ -d "$1" ]; then mkdir -p "$2"; cp $flags "$1/." "$2/"; else cp $flags "$1" "$2"; fi
	find "$2" ! -type l -exec chmod u+w {} +
}

# Params, as a file that YAML 1.1 reads as well: without tabs, and with 1.0e-7 for 1e-7, which is text there. Each value has a line of its own.
fill() {
	mkdir -p "$(dirname "$2")"
	rm -f "$2"
	if [ "$1" = - ]; then cat "$BERTH_PARAMS"; else printenv "$1"; fi |
		tr '\t' ' ' | sed -E 's/^( *(".*": )?-?[0-9]+)(e[-+]?[0-9]+,?)$/\1.0\3/' > "$2"
}

keep() {
	if [ ! -e "$1" ]; then echo "The command ended well, but wrote no $3." >&2; exit 1; fi
	if [ -n "$(find "$1" -type l | head -n 1)" ]; then cp -RL "$1" "$2/"; else mv "$1" "$2/"; fi
}

# Metrics are the task's result, where they are one object as JSON knows it.
tell() {
	if [ "$(tr -d '[:space:]' < "$1" | cut -c 1)" = "{" ] && [ "$(wc -c < "$1")" -le 262144 ] && ! grep -Eq 'NaN|Infinity' "$1"
	then cp "$1" "$BERTH_RESULT"
	else echo "$2 is no JSON object of numbers, so the task has no result." >&2
	fi
}

first() {
	while [ "$1" != run ]; do
		if [ "$1" = out ]; then echo "$3"; return; fi
		shift 3
	done
}

before() {
	while [ "$1" != run ]; do
		case $1 in
			in) put "$BERTH_IN/$3" "$root/$2" ;;
			params) fill "$3" "$root/$2" ;;
			out) rm -rf "$root/$2"; mkdir -p "$(dirname "$root/$2")" ;;
			wdir) wdir=$2; mkdir -p "$root/$2" ;;
		esac
		shift 3
	done
}

commands() {
	while [ "$1" != run ]; do shift 3; done
	shift
	shell=sh
	if command -v bash > /dev/null; then shell="bash --noprofile --norc"; fi
	cd "$root/$wdir"
	for one in "$@"; do $shell -c "$one"; done
}

after() {
	while [ "$1" != run ]; do
		case $1 in
			result) if [ -f "$root/$2" ]; then tell "$root/$2" "$2"; fi ;;
			out) keep "$root/$2" "$BERTH_OUT/$3" "$2" ;;
		esac
		shift 3
	done
}

wdir=.
output=$(first "$@")
if [ -n "$output" ]; then root=$BERTH_OUT/$output/.stage; mkdir -p "$root"; else root=$(mktemp -d); fi
before "$@"
(commands "$@")
after "$@"
rm -rf "$root"
`.trim();
