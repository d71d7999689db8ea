# make fuzz runs this for one target: FUZZ_SECONDS of new inputs, which stay in
# tests/fuzz/corpus/NAME of the build tree, from the seeds that are checked in.
set -e
program=$1
name=${program##*/fuzz_}
corpus=$top_builddir/tests/fuzz/corpus/$name
log=$top_builddir/tests/fuzz/$name.fuzz.log
mkdir -p "$corpus"
if "$top_builddir/$program" -max_total_time="${FUZZ_SECONDS:-20}" -timeout=10 \
    -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$top_builddir/tests/fuzz/$name-" \
    "$corpus" "$top_srcdir/tests/fuzz/seeds/$name" >"$log" 2>&1; then
	echo "fuzz_$name: $(sed -n 's/^stat::number_of_executed_units: *//p' \
	    "$log") inputs, nothing found"
else
	tail -n 60 "$log"
	echo "fuzz_$name: FAILED, see $log"
	exit 1
fi
