# Every symbol that our objects define bears our name, and the shared library
# exports what include/dial declares and nothing else.
status=0
archive=$(find "$top_builddir" -path "*/libcore.a" | head -n 1)
[ -n "$archive" ] || { echo 'there is no libcore.a'; exit 1; }
names=$(nm -g --defined-only "$archive" | awk 'NF == 3 { print $3 }' |
    grep -v -E '^(__asan|__odr_asan|__sanitizer|__ubsan|__sancov)' | sort -u)
[ -n "$names" ] || { echo 'libcore.a defines nothing'; exit 1; }
strangers=$(printf '%s\n' "$names" | grep -v '^dial_')
if [ -n "$strangers" ]; then
	printf 'symbols without our name:\n%s\n' "$strangers"
	status=1
fi
shared=$top_builddir/.libs/libdial.so
if [ -e "$shared" ]; then
	for name in $(nm -D --defined-only "$shared" | awk '{ print $3 }' |
	    grep -v -E '^(__asan|__odr_asan|__sanitizer|__ubsan|__sancov)'); do
		if ! grep -q -w -r "$name" "$top_srcdir/include/dial"; then
			echo "libdial exports $name, which no header declares"
			status=1
		fi
	done
	for name in $(sed -n 's/^\.Fo //p' "$top_srcdir/doc/libdial.3"); do
		if ! nm -D --defined-only "$shared" | grep -q " T $name\$"; then
			echo "libdial does not export $name, which is public"
			status=1
		fi
	done
fi
exit $status
