/*
 * Only this file knows GSSAPI.  MIT's library is loaded when the first context
 * is made, so that dial needs no Kerberos; what it once loaded stays.
 */
#include "http/gss.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include "base/library.h"
#include "http/gss_reason.h"

/* The one whose functions gssapi.h declares. */
#define LIBRARY "libgssapi_krb5.so.2"
/* Lines of status that are put together. */
#define STATUS_MAX  4
#define STATUS_TEXT 400

/* RFC 4178, RFC 4121, [MS-NLMP], and RFC 2743's host-based service. */
static gss_OID_desc spnego = {6, (void *)"\x2b\x06\x01\x05\x05\x02"};
static gss_OID_desc kerberos = {
    9, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
static gss_OID_desc ntlm = {
    10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
static gss_OID_desc host_based = {
    10, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04"};
static gss_OID_desc user_name = {
    10, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x01"};

static struct {
	pthread_once_t once;
	bool loaded;
	__typeof__(&gss_import_name) import_name;
	__typeof__(&gss_release_name) release_name;
	__typeof__(&gss_release_buffer) release_buffer;
	__typeof__(&gss_release_cred) release_cred;
	__typeof__(&gss_init_sec_context) init;
	__typeof__(&gss_delete_sec_context) delete;
	__typeof__(&gss_display_status) display_status;
	__typeof__(&gss_indicate_mechs) indicate_mechs;
	__typeof__(&gss_release_oid_set) release_oid_set;
	__typeof__(&gss_acquire_cred_with_password) acquire;
} lib = {.once = PTHREAD_ONCE_INIT};

struct dial_gss {
	enum dial_gss_mechanism mechanism;
	enum dial_gss_delegation delegation;
	char *service;
	char *host;
	char *user;
	char *password;
	gss_ctx_id_t context;
	gss_cred_id_t credential;
	gss_name_t peer;
};

static void
load(void)
{
	void *library = dial_library_open(LIBRARY);

	lib.loaded =
	    dial_library_find(library, "gss_import_name", &lib.import_name) &&
	    dial_library_find(library, "gss_release_name", &lib.release_name) &&
	    dial_library_find(
		library, "gss_release_buffer", &lib.release_buffer) &&
	    dial_library_find(library, "gss_release_cred", &lib.release_cred) &&
	    dial_library_find(library, "gss_init_sec_context", &lib.init) &&
	    dial_library_find(library, "gss_delete_sec_context", &lib.delete) &&
	    dial_library_find(
		library, "gss_display_status", &lib.display_status) &&
	    dial_library_find(
		library, "gss_indicate_mechs", &lib.indicate_mechs) &&
	    dial_library_find(
		library, "gss_release_oid_set", &lib.release_oid_set) &&
	    dial_library_find(
		library, "gss_acquire_cred_with_password", &lib.acquire);
}

static bool
is_loaded(char why[DIAL_GSS_WHY])
{
	(void)pthread_once(&lib.once, load);
	if (!lib.loaded)
		snprintf(why, DIAL_GSS_WHY,
		    "%s, which Negotiate and NTLM need, is not on this "
		    "machine: install Kerberos' GSSAPI library",
		    LIBRARY);
	return lib.loaded;
}

static gss_OID
oid_of(enum dial_gss_mechanism mechanism)
{
	return mechanism == DIAL_GSS_NTLM ? &ntlm : &spnego;
}

static bool
is_same(const gss_OID_desc *a, const gss_OID_desc *b)
{
	return a->length == b->length &&
	       memcmp(a->elements, b->elements, a->length) == 0;
}

bool
dial_gss_has(enum dial_gss_mechanism mechanism, char why[DIAL_GSS_WHY])
{
	gss_OID_set set = GSS_C_NO_OID_SET;
	OM_uint32 minor;
	bool found = false;

	if (!is_loaded(why))
		return false;
	if (lib.indicate_mechs(&minor, &set) != GSS_S_COMPLETE)
		return true; /* a step will say what is wrong */
	for (size_t i = 0; i < set->count && !found; i++)
		found = is_same(&set->elements[i], oid_of(mechanism));
	(void)lib.release_oid_set(&minor, &set);
	if (!found)
		snprintf(why, DIAL_GSS_WHY,
		    mechanism == DIAL_GSS_NTLM
			? "GSSAPI has no NTLM on this machine: install "
			  "gss-ntlmssp"
			: "GSSAPI has no SPNEGO on this machine");
	return found;
}

struct dial_gss *
dial_gss_new(const struct dial_gss_target *target)
{
	struct dial_gss *gss = calloc(1, sizeof *gss);

	if (gss == NULL)
		return NULL;
	gss->mechanism = target->mechanism;
	gss->delegation = target->delegation;
	gss->context = GSS_C_NO_CONTEXT;
	gss->credential = GSS_C_NO_CREDENTIAL;
	gss->peer = GSS_C_NO_NAME;
	if (dial_text_replace(&gss->service, target->service) == 0 &&
	    dial_text_replace(&gss->host, target->host) == 0 &&
	    dial_text_replace(&gss->user, target->user) == 0 &&
	    dial_text_replace(&gss->password, target->password) == 0)
		return gss;
	dial_gss_free(gss);
	return NULL;
}

void
dial_gss_free(struct dial_gss *gss)
{
	OM_uint32 minor;

	if (gss == NULL)
		return;
	if (gss->context != GSS_C_NO_CONTEXT)
		(void)lib.delete(&minor, &gss->context, GSS_C_NO_BUFFER);
	if (gss->credential != GSS_C_NO_CREDENTIAL)
		(void)lib.release_cred(&minor, &gss->credential);
	if (gss->peer != GSS_C_NO_NAME)
		(void)lib.release_name(&minor, &gss->peer);
	free(gss->service);
	free(gss->host);
	free(gss->user);
	dial_text_free_secret(gss->password);
	free(gss);
}

/* --- What went wrong -------------------------------------------------------
 */

static void
append_status(char *out, OM_uint32 code, int kind, gss_OID mechanism)
{
	OM_uint32 minor, more = 0;
	gss_buffer_desc text;
	size_t len = strlen(out);

	for (int i = 0; i < STATUS_MAX; i++) {
		text = (gss_buffer_desc)GSS_C_EMPTY_BUFFER;
		if (lib.display_status(&minor, code, kind, mechanism, &more,
			&text) != GSS_S_COMPLETE)
			return;
		len += (size_t)snprintf(out + len, STATUS_TEXT - len, "%s%.*s",
		    len == 0 ? "" : "; ", (int)text.length,
		    (const char *)text.value);
		(void)lib.release_buffer(&minor, &text);
		if (len >= STATUS_TEXT || more == 0)
			return;
	}
}

/* The mechanism's own words where it has any, else GSSAPI's. */
static void
explain(const struct dial_gss *gss, OM_uint32 major, OM_uint32 minor,
    gss_OID mechanism, char why[DIAL_GSS_WHY])
{
	char text[STATUS_TEXT] = "";
	struct dial_gss_failure failure = {.major = major,
	    .minor = minor,
	    .text = text,
	    .service = gss->service,
	    .host = gss->host,
	    .mechanism = gss->mechanism};

	if (minor != 0)
		append_status(text, minor, GSS_C_MECH_CODE, mechanism);
	if (text[0] == '\0')
		append_status(text, major, GSS_C_GSS_CODE, mechanism);
	dial_gss_reason(why, &failure);
}

static OM_uint32
flags_of(const struct dial_gss *gss)
{
	OM_uint32 flags = GSS_C_MUTUAL_FLAG;

	if (gss->mechanism == DIAL_GSS_NTLM)
		flags = 0;
	if (gss->delegation == DIAL_DELEGATE_BY_POLICY)
		flags |= GSS_C_DELEG_POLICY_FLAG;
	if (gss->delegation == DIAL_DELEGATE_ALWAYS)
		flags |= GSS_C_DELEG_FLAG;
	return flags;
}

/* SPNEGO hides why the mechanism within it failed: that one is asked alone. */
static void
diagnose(const struct dial_gss *gss, OM_uint32 major, OM_uint32 minor,
    char why[DIAL_GSS_WHY])
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	OM_uint32 inner, inner_minor, unused;

	if (gss->mechanism == DIAL_GSS_NTLM ||
	    gss->context != GSS_C_NO_CONTEXT) {
		explain(gss, major, minor, oid_of(gss->mechanism), why);
		return;
	}
	inner = lib.init(&inner_minor, GSS_C_NO_CREDENTIAL, &context, gss->peer,
	    &kerberos, flags_of(gss), 0, GSS_C_NO_CHANNEL_BINDINGS,
	    GSS_C_NO_BUFFER, NULL, &out, NULL, NULL);
	if (GSS_ERROR(inner))
		explain(gss, inner, inner_minor, &kerberos, why);
	else
		explain(gss, major, minor, &spnego, why);
	(void)lib.release_buffer(&unused, &out);
	if (context != GSS_C_NO_CONTEXT)
		(void)lib.delete(&unused, &context, GSS_C_NO_BUFFER);
}

/* --- A step ----------------------------------------------------------------
 */

static int
import(const struct dial_gss *gss, const char *text, gss_OID kind,
    gss_name_t *name, char why[DIAL_GSS_WHY])
{
	gss_buffer_desc buffer = {
	    .length = strlen(text), .value = (void *)(uintptr_t)text};
	OM_uint32 minor, major;

	major = lib.import_name(&minor, &buffer, kind, name);
	if (!GSS_ERROR(major))
		return 0;
	explain(gss, major, minor, oid_of(gss->mechanism), why);
	return -1;
}

static int
name_peer(struct dial_gss *gss, char why[DIAL_GSS_WHY])
{
	char *text = dial_text_format("%s@%s", gss->service, gss->host);
	int result;

	if (text == NULL) {
		snprintf(why, DIAL_GSS_WHY, "out of memory");
		return -1;
	}
	result = import(gss, text, &host_based, &gss->peer, why);
	free(text);
	return result;
}

/* NTLM takes a name and a password where Kerberos takes a ticket. */
static int
take_password(struct dial_gss *gss, char why[DIAL_GSS_WHY])
{
	gss_OID_set_desc mechanisms = {1, &ntlm};
	gss_buffer_desc password = {
	    .length = strlen(gss->password), .value = gss->password};
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 major, minor;

	if (import(gss, gss->user, &user_name, &name, why) == -1)
		return -1;
	major = lib.acquire(&minor, name, &password, GSS_C_INDEFINITE,
	    &mechanisms, GSS_C_INITIATE, &gss->credential, NULL, NULL);
	if (GSS_ERROR(major))
		explain(gss, major, minor, &ntlm, why);
	(void)lib.release_name(&minor, &name);
	return GSS_ERROR(major) ? -1 : 0;
}

static int
prepare(struct dial_gss *gss, char why[DIAL_GSS_WHY])
{
	if (!is_loaded(why))
		return -1;
	if (gss->peer == GSS_C_NO_NAME && name_peer(gss, why) == -1)
		return -1;
	if (gss->mechanism == DIAL_GSS_NTLM && gss->user != NULL &&
	    gss->user[0] != '\0' && gss->credential == GSS_C_NO_CREDENTIAL)
		return take_password(gss, why);
	return 0;
}

int
dial_gss_step(struct dial_gss *gss, const void *token, size_t len,
    struct dial_buf *out, char why[DIAL_GSS_WHY])
{
	gss_buffer_desc theirs = {
	    .length = len, .value = (void *)(uintptr_t)token};
	gss_buffer_desc ours = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor, unused;
	int result = 0;

	if (prepare(gss, why) == -1)
		return -1;
	major = lib.init(&minor, gss->credential, &gss->context, gss->peer,
	    oid_of(gss->mechanism), flags_of(gss), 0, GSS_C_NO_CHANNEL_BINDINGS,
	    len == 0 ? GSS_C_NO_BUFFER : &theirs, NULL, &ours, NULL, NULL);
	if (GSS_ERROR(major)) {
		diagnose(gss, major, minor, why);
		result = -1;
	} else if (dial_buf_append(out, ours.value, ours.length) == -1) {
		snprintf(why, DIAL_GSS_WHY, "out of memory");
		result = -1;
	} else if (major != GSS_S_CONTINUE_NEEDED) {
		result = 1;
	}
	(void)lib.release_buffer(&unused, &ours);
	return result;
}
