/* A line is made of the facts alone; whether it is drawn depends on the
 * time. */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define SIZE_TEXT 16
#define TIME_TEXT 24

/* What stands behind a bar: " 100.0%". */
#define PERCENT_WIDTH 7

/* A number to show, and no larger than can be shown. */
static uint64_t
shown(double value)
{
	return value < (double)INT64_MAX ? (uint64_t)value : INT64_MAX;
}

/* "512B", "1.2M", "230G". */
static void
size_text(char out[SIZE_TEXT], uint64_t bytes)
{
	static const char units[] = "BKMGTPE";
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 999.5 && units[unit + 1] != '\0') {
		value /= 1024;
		unit++;
	}
	snprintf(out, SIZE_TEXT, unit > 0 && value < 9.95 ? "%.1f%c" : "%.0f%c",
	    value, units[unit]);
}

/* "0:07", "1:02:03". */
static void
time_text(char out[TIME_TEXT], uint64_t seconds)
{
	unsigned long long hours = seconds / 3600;
	unsigned minutes = (unsigned)(seconds / 60 % 60);
	unsigned rest = (unsigned)(seconds % 60);

	if (hours > 0)
		snprintf(
		    out, TIME_TEXT, "%llu:%02u:%02u", hours, minutes, rest);
	else
		snprintf(out, TIME_TEXT, "%u:%02u", minutes, rest);
}

char *
dial_progress_text(char out[DIAL_PROGRESS_TEXT],
    const struct dial_response_info *info, uint64_t start_size)
{
	bool up = info->download_size == 0 && info->upload_size > 0;
	uint64_t done = up ? info->upload_size : info->download_size;
	int64_t expected = up ? info->upload_expected : info->download_expected;
	uint64_t start = up ? 0 : start_size;
	double speed =
	    info->time_total > 0 ? (double)done / info->time_total : 0;
	char size[SIZE_TEXT], whole[SIZE_TEXT], rate[SIZE_TEXT];
	char left[TIME_TEXT];

	size_text(size, start + done);
	size_text(rate, shown(speed));
	if (expected <= 0 || done > (uint64_t)expected) {
		time_text(left, shown(info->time_total));
		snprintf(out, DIAL_PROGRESS_TEXT, "%s %s  %s/s  %s",
		    up ? "sent" : "got", size, rate, left);
		return out;
	}
	size_text(whole, start + (uint64_t)expected);
	if (speed >= 1)
		time_text(
		    left, shown((double)((uint64_t)expected - done) / speed));
	else
		snprintf(left, sizeof left, "-:--");
	snprintf(out, DIAL_PROGRESS_TEXT, "%3.0f%%  %s of %s  %s/s  %s left",
	    100.0 * (double)(start + done) /
		(double)(start + (uint64_t)expected),
	    size, whole, rate, left);
	return out;
}

/* Something that swims to and fro: there is no end to come nearer to. */
static void
draw_swimmer(char *bar, size_t width, unsigned step)
{
	static const char swimmer[] = "-=O=-";
	size_t room = width - (sizeof swimmer - 1);
	size_t at = step % (2 * room);

	memset(bar, ' ', width);
	memcpy(bar + (at > room ? 2 * room - at : at), swimmer,
	    sizeof swimmer - 1);
	bar[width] = '\0';
}

char *
dial_progress_bar(char out[DIAL_PROGRESS_BAR_MAX + 1],
    const struct dial_response_info *info, uint64_t start_size, unsigned step,
    int columns)
{
	uint64_t done = start_size + info->download_size + info->upload_size;
	uint64_t whole = start_size;
	char hashes[DIAL_PROGRESS_BAR_MAX + 1];
	double part;
	size_t width;
	unsigned tenths;

	if (columns < DIAL_PROGRESS_BAR_MIN || columns > DIAL_PROGRESS_BAR_MAX)
		columns = DIAL_PROGRESS_BAR_DEFAULT;
	if (info->download_expected > 0)
		whole += (uint64_t)info->download_expected;
	if (info->upload_expected > 0)
		whole += (uint64_t)info->upload_expected;
	width = (size_t)columns - PERCENT_WIDTH;
	if (whole == 0) {
		draw_swimmer(out, width, step);
		return out;
	}
	part = done >= whole ? 1 : (double)done / (double)whole;
	memset(hashes, '#', width);
	hashes[(size_t)(part * (double)width)] = '\0';
	tenths = (unsigned)(part * 1000 + 0.5) % 1001;
	snprintf(out, DIAL_PROGRESS_BAR_MAX + 1, "%-*.*s %3u.%u%%", (int)width,
	    (int)width, hashes, tenths / 10, tenths % 10);
	return out;
}

static void
draw(struct dial_progress *progress, const struct dial_response_info *info)
{
	char line[DIAL_PROGRESS_TEXT], bar[DIAL_PROGRESS_BAR_MAX + 1];

	dial_console_draw(progress->console,
	    progress->bar
		? dial_progress_bar(bar, info, progress->start_size,
		      progress->step++, dial_console_columns(progress->console))
		: dial_progress_text(line, info, progress->start_size));
}

void
dial_progress_leave(
    struct dial_progress *progress, const struct dial_response_info *info)
{
	if (progress->sum != NULL)
		return;
	draw(progress, info);
	dial_console_leave(progress->console);
}

char *
dial_progress_sum_text(char out[DIAL_PROGRESS_TEXT],
    const struct dial_progress_sum *sum, int64_t now)
{
	double seconds = (double)(now - sum->began) / (double)DIAL_SECOND;
	char size[SIZE_TEXT], rate[SIZE_TEXT], time[TIME_TEXT];

	size_text(size, sum->bytes);
	size_text(rate,
	    seconds > 0 ? shown((double)sum->bytes / seconds) : sum->bytes);
	time_text(time, shown(seconds));
	snprintf(out, DIAL_PROGRESS_TEXT,
	    "%zu done, %zu under way  %s  %s/s  %s", sum->over,
	    sum->begun - sum->over, size, rate, time);
	return out;
}

/* One transfer's share of the sum has grown. */
static void
add_to_sum(struct dial_progress *progress,
    const struct dial_response_info *info, int64_t now)
{
	struct dial_progress_sum *sum = progress->sum;
	uint64_t bytes = info->download_size + info->upload_size;
	char line[DIAL_PROGRESS_TEXT];

	if (bytes > progress->counted) { /* a redirect begins at 0 again */
		sum->bytes += bytes - progress->counted;
		progress->counted = bytes;
	}
	if (sum->drawn_at != 0 && now - sum->drawn_at < DIAL_PROGRESS_INTERVAL)
		return;
	sum->drawn_at = now;
	dial_console_draw(
	    progress->console, dial_progress_sum_text(line, sum, now));
}

void
dial_progress_update(struct dial_progress *progress,
    const struct dial_response_info *info, int64_t now)
{
	if (progress->sum != NULL) {
		add_to_sum(progress, info, now);
		return;
	}
	if (progress->drawn_at != 0 &&
	    now - progress->drawn_at < DIAL_PROGRESS_INTERVAL)
		return;
	progress->drawn_at = now;
	draw(progress, info);
}
