/* A test leaves nothing behind, and nothing of another test is in its way. */
#include "temp_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOBODY 65534

struct temp_dir {
	int before; /* where the test program stood */
	char path[];
};

int
temp_dir_enter(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct temp_dir *dir;
	size_t size;

	if (tmp == NULL)
		tmp = "/tmp";
	size = strlen(tmp) + sizeof "/dial-test-XXXXXX";
	dir = malloc(sizeof *dir + size);
	if (dir == NULL)
		return -1;
	dir->before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(dir->path, size, "%s/dial-test-XXXXXX", tmp);
	*state = dir;
	umask(022);
	if (dir->before < 0 || mkdtemp(dir->path) == NULL)
		return -1;
	return chdir(dir->path);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int
temp_dir_leave(void **state)
{
	struct temp_dir *dir = *state;
	int result;

	result = fchdir(dir->before);
	close(dir->before);
	nftw(dir->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(dir);
	return result;
}

void
temp_put(const char *path, const char *text, mode_t mode)
{
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

char *
temp_get(const char *path)
{
	struct stat st;
	ssize_t n;
	char *text;
	int fd;

	fd = open(path, O_RDONLY);
	if (fd < 0)
		return NULL;
	assert_int_equal(fstat(fd, &st), 0);
	text = malloc((size_t)st.st_size + 1);
	assert_non_null(text);
	n = read(fd, text, (size_t)st.st_size);
	assert_int_equal(n, st.st_size);
	text[n] = '\0';
	close(fd);
	return text;
}

bool
temp_has(const char *path, const char *text)
{
	char *got = temp_get(path);
	bool has;

	has = got != NULL && strcmp(got, text) == 0;
	free(got);
	return has;
}

bool
temp_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

mode_t
temp_mode(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

size_t
temp_count(const char *folder)
{
	struct dirent *entry;
	size_t count = 0;
	DIR *dir;

	dir = opendir(folder);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			count++;
	closedir(dir);
	return count;
}

static int
become_nobody(void)
{
	if (geteuid() != 0)
		return 0;
	if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0)
		return -1;
	return setuid(NOBODY);
}

int
temp_in_child(int (*work)(void))
{
	int status;
	pid_t pid;

	if (geteuid() == 0)
		assert_int_equal(chown(".", NOBODY, NOBODY), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(become_nobody() == 0 ? work() : 127);
	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
