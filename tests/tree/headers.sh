# Each header compiles alone, and the installed ones without the rest of us.
cd "$top_srcdir" || exit 1
status=0
count=0
check() {
	header=$1
	shift
	if ! printf '#include "%s"\nextern int end;\n' "$header" |
	    $CC -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only "$@" \
	    -x c -; then
		echo "$header does not compile alone"
		status=1
	fi
	count=$((count + 1))
}
for path in $(find include -name '*.h'); do
	check "${path#include/}" -Iinclude
done
for path in $(find src -name '*.h'); do
	check "${path#src/}" -D_GNU_SOURCE -Iinclude -Isrc
done
echo "$count headers"
[ "$count" -gt 0 ] && exit "$status"
