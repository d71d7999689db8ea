# Every fuzz target takes every one of its seeds, and has some.
status=77
for program in $fuzz_programs; do
	name=${program##*/fuzz_}
	seeds=$top_srcdir/tests/fuzz/seeds/$name
	if ! ls "$seeds"/* >/dev/null 2>&1; then
		echo "fuzz_$name has no seeds in $seeds"
		exit 1
	fi
	echo "fuzz_$name"
	"$top_builddir/$program" "$seeds"/* || exit 1
	status=0
done
exit $status
