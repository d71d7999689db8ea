# What make install lays down is enough for a stranger's program: each header
# alone, then one program linked with the shared library and with the static
# one, by what dial.pc says and nothing else.
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$top_builddir" install \
    DESTDIR="$work/stage" prefix="$prefix" >"$work/log" 2>&1 ||
	{ cat "$work/log"; exit 1; }
mv "$work/stage$prefix" "$prefix"
PKG_CONFIG_PATH=$prefix/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export PKG_CONFIG_PATH
dial_pc() {
	pkg-config --define-variable=prefix="$prefix" "$@" dial
}
flags="-std=c11 -Wall -Wextra -Wpedantic -Werror $SANITIZER_FLAGS"

for header in "$prefix"/include/dial/*.h; do
	printf '#include <dial/%s>\nextern int end;\n' "${header##*/}" |
	    $CC $flags $(dial_pc --cflags) -fsyntax-only -x c -
done

cat >"$work/stranger.c" <<'END'
#include <stdio.h>
#include <string.h>
#include <dial/error.h>

int
main(void)
{
	struct dial_error error;

	dial_error_clear(&error);
	dial_error_set(&error, DIAL_URL, DIAL_URL_SCHEME, "no such %s", "thing");
	puts(error.text);
	return strcmp(error.text, "no such thing") != 0;
}
END

count=0
if [ -e "$prefix/lib/libdial.so" ]; then
	$CC $flags -o "$work/shared" "$work/stranger.c" \
	    $(dial_pc --cflags --libs)
	LD_LIBRARY_PATH=$prefix/lib "$work/shared"
	count=$((count + 1))
fi
if [ -e "$prefix/lib/libdial.a" ]; then
	$CC $flags -o "$work/static" "$work/stranger.c" \
	    $(dial_pc --cflags) "$prefix/lib/libdial.a" \
	    $(dial_pc --static --libs | sed 's/-ldial//')
	"$work/static"
	count=$((count + 1))
fi
[ "$count" -gt 0 ]

# Each shell finds its completion where it looks for it.
for script in bash-completion/completions/dial zsh/site-functions/_dial \
    fish/vendor_completions.d/dial.fish; do
	grep -q completion "$prefix/share/$script"
done

# The programs are programs, not libtool's wrappers around them.
for program in "$DIAL" "$DIALTONE" "$prefix"/bin/*; do
	if [ -e "$program" ] && ! nm "$program" >/dev/null; then
		echo "$program is not a program"
		exit 1
	fi
done
