/*
 * Only this file knows where systems keep their authorities.  The environment
 * may choose among anchors; nothing that it says turns verification off.
 */
#include "transport/trust.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/x509.h>

#include "base/text.h"

/* Directories with OpenSSL's hash links, the most common systems first. */
static const char *const system_directories[] = {
    "/etc/ssl/certs",	  /* Debian, Ubuntu, SUSE, Alpine, Arch, FreeBSD */
    "/etc/pki/tls/certs", /* Fedora, RHEL */
    "/etc/pki/ca-trust/extracted/pem/directory-hash", /* Fedora 37 on */
    "/etc/openssl/certs",			      /* NetBSD */
    NULL,
};

static const char *const system_bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt", /* Debian, Ubuntu, Arch, Gentoo */
    "/etc/pki/tls/certs/ca-bundle.crt",	  /* Fedora, RHEL */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* CentOS 7 on */
    "/etc/ssl/ca-bundle.pem",				 /* SUSE */
    "/etc/ssl/certs/ca-bundle.crt",			 /* NixOS */
    "/etc/ssl/cert.pem",		      /* Alpine, OpenBSD, macOS */
    "/usr/local/share/certs/ca-root-nss.crt", /* FreeBSD's port */
    "/etc/openssl/certs/ca-certificates.crt", /* NetBSD */
    "/usr/share/ssl/certs/ca-bundle.crt",     /* older Linux systems */
    NULL,
};

static const char by_caller[] = "you";
static const char by_system[] = "the system";

/* A hash link is eight hexadecimal digits, a dot and a number. */
static bool
is_hash_link(const char *name)
{
	if (strspn(name, "0123456789abcdef") != 8 || name[8] != '.')
		return false;
	return name[9] != '\0' && name[9 + strspn(name + 9, "0123456789")] == 0;
}

/* As many as that; the rest is not looked at. */
static size_t
count_hash_links(const char *path, size_t most)
{
	const struct dirent *entry;
	size_t count = 0;
	DIR *directory;

	directory = opendir(path);
	if (directory == NULL)
		return 0;
	while (count < most && (entry = readdir(directory)) != NULL)
		count += is_hash_link(entry->d_name);
	closedir(directory);
	return count;
}

static bool
has_hash_links(const char *path)
{
	return count_hash_links(path, 1) > 0;
}

size_t
dial_trust_count(const char *path)
{
	struct dial_span rest = dial_span_of(path != NULL ? path : "");
	struct dial_span part;
	size_t count = 0;
	bool more;
	char *one;

	do {
		more = dial_span_cut(&rest, ':', &part);
		one = dial_text_copy(more ? part : rest);
		if (one != NULL)
			count += count_hash_links(one, SIZE_MAX - count);
		free(one);
	} while (more);
	return count;
}

static bool
is_bundle(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	       access(file, R_OK) == 0;
}

/* The first of the places that test() likes, else the last resort. */
static int
pick(char **slot, const char *const *places, const char *last,
    bool (*test)(const char *))
{
	while (*places != NULL && !test(*places))
		places++;
	if (*places == NULL && (last == NULL || !test(last)))
		return 0;
	return dial_text_replace(slot, *places != NULL ? *places : last);
}

/* The system's own, wherever that is. */
static int
search_system(char **file, char **path)
{
	if (pick(path, system_directories, X509_get_default_cert_dir(),
		has_hash_links) < 0)
		return -1;
	return pick(
	    file, system_bundles, X509_get_default_cert_file(), is_bundle);
}

int
dial_trust_search(struct dial_trust *trust, const char *const *directories,
    const char *const *bundles)
{
	memset(trust, 0, sizeof *trust);
	trust->source = by_system;
	if (pick(&trust->path, directories, NULL, has_hash_links) == 0 &&
	    pick(&trust->file, bundles, NULL, is_bundle) == 0)
		return 0;
	dial_trust_clear(trust);
	return -1;
}

/* An environment variable that is set to nothing is as good as unset. */
static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* curl's order: CURL_CA_BUNDLE alone, else the two of OpenSSL together. */
static void
ask_environment(
    const char **file, const char **path, const char **source, const char *none)
{
	const char *file_variable = X509_get_default_cert_file_env();
	const char *path_variable = X509_get_default_cert_dir_env();

	*source = none;
	*path = NULL;
	*file = environment("CURL_CA_BUNDLE");
	if (*file != NULL) {
		*source = "CURL_CA_BUNDLE";
		return;
	}
	*path = environment(path_variable);
	*file = environment(file_variable);
	if (*path != NULL)
		*source = path_variable;
	if (*file != NULL)
		*source = file_variable;
}

static int
check_file(const struct dial_trust *trust, struct dial_error *err)
{
	char shown[256];
	FILE *file;

	file = fopen(trust->file, "re");
	if (file != NULL) {
		fclose(file);
		return 0;
	}
	return dial_error_set_errno(err, DIAL_TLS, DIAL_TLS_CA_FILE, errno,
	    "cannot read the certificate authorities in '%s' (chosen by %s)",
	    dial_text_escape(shown, sizeof shown, dial_span_of(trust->file),
		DIAL_ESCAPE_ALL),
	    trust->source);
}

/* One directory of the list is enough: the others may be of other systems. */
static int
check_path(const struct dial_trust *trust, struct dial_error *err)
{
	struct dial_span rest = dial_span_of(trust->path), part;
	char shown[256];
	struct stat st;
	bool more;
	char *one;
	int why = ENOENT;

	do {
		more = dial_span_cut(&rest, ':', &part);
		one = dial_text_copy(more ? part : rest);
		if (one == NULL)
			return dial_error_set_memory(err);
		if (stat(one, &st) < 0)
			why = errno;
		else if (!S_ISDIR(st.st_mode))
			why = ENOTDIR;
		else
			why = 0;
		free(one);
	} while (more && why != 0);
	if (why == 0)
		return 0;
	return dial_error_set_errno(err, DIAL_TLS, DIAL_TLS_CA_FILE, why,
	    "cannot use the directory of certificate authorities '%s' "
	    "(chosen by %s)",
	    dial_text_escape(shown, sizeof shown, dial_span_of(trust->path),
		DIAL_ESCAPE_ALL),
	    trust->source);
}

static int
choose(struct dial_trust *trust, const char *file, const char *path,
    struct dial_error *err)
{
	trust->chosen = true;
	if (dial_text_replace(&trust->file, file) < 0 ||
	    dial_text_replace(&trust->path, path) < 0)
		return dial_error_set_memory(err);
	if (trust->file != NULL && check_file(trust, err) < 0)
		return -1;
	if (trust->path != NULL && check_path(trust, err) < 0)
		return -1;
	return 0;
}

int
dial_trust_find(struct dial_trust *trust, const char *file, const char *path,
    bool native, struct dial_error *err)
{
	int result = 0;

	memset(trust, 0, sizeof *trust);
	trust->source = by_caller;
	if (file == NULL && path == NULL)
		ask_environment(&file, &path, &trust->source, by_system);
	if (file == NULL && path == NULL)
		result = search_system(&trust->file, &trust->path);
	else if (native)
		result =
		    search_system(&trust->native_file, &trust->native_path);
	if (result < 0)
		dial_error_set_memory(err);
	else if (file != NULL || path != NULL)
		result = choose(trust, file, path, err);
	if (result < 0)
		dial_trust_clear(trust);
	return result;
}

void
dial_trust_clear(struct dial_trust *trust)
{
	free(trust->file);
	free(trust->path);
	free(trust->native_file);
	free(trust->native_path);
	memset(trust, 0, sizeof *trust);
}

/* "A and B", or which of them there is; the caller frees. */
static char *
both(const char *path, const char *file)
{
	return dial_text_format("%s%s%s", path != NULL ? path : "",
	    path != NULL && file != NULL ? " and " : "",
	    file != NULL ? file : "");
}

char *
dial_trust_text(const struct dial_trust *trust, char *out, size_t size)
{
	bool by = trust->chosen && trust->source != by_caller;
	char *own, *native, *raw = NULL;
	bool more;

	if (trust->file == NULL && trust->path == NULL) {
		snprintf(out, size, "%s",
		    trust->added > 0 ? "the authorities of --add-cacert, and "
				       "this machine has no others"
				     : "no authorities, for none were found on "
				       "this machine");
		return out;
	}
	own = both(trust->path, trust->file);
	native = both(trust->native_path, trust->native_file);
	more = native != NULL && *native != '\0';
	if (own != NULL)
		raw = dial_text_format("the authorities in %s%s%s%s%s%s%s", own,
		    by ? " (by " : "", by ? trust->source : "", by ? ")" : "",
		    more ? " and the system's in " : "", more ? native : "",
		    trust->added > 0 ? " and those of --add-cacert" : "");
	dial_text_escape(out, size,
	    dial_span_of(raw != NULL ? raw : "the authorities"),
	    DIAL_ESCAPE_ALL);
	free(own);
	free(native);
	free(raw);
	return out;
}
