/*
 * Whatever a file or a command says, there is a user with a password that can
 * be sent, of the user that was asked for, or there is nothing and a reason.
 */
#include <stdint.h>
#include <string.h>

#include "fetch/proxy_login.h"
#include "http/auth.h"
#include "must.h"

static void
check(enum dial_login_source source, struct dial_span text, const char *user)
{
	struct dial_proxy_answer answer = {0};
	struct dial_error err = {0};
	int result = dial_proxy_answer_read(&answer, source, text, user, &err);

	must((result == -1) == dial_error_is_set(&err));
	must((result == 0) == (answer.user != NULL));
	must((result == 0) == (answer.password != NULL));
	if (result == 0) {
		must(dial_auth_check(answer.user, answer.password, NULL) == 0);
		must(strlen(answer.password) <= text.len);
		must(user == NULL || strcmp(answer.user, user) == 0);
	}
	dial_proxy_answer_clear(&answer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_span text = dial_span_make(data, size);

	check(DIAL_LOGIN_FILE, text, NULL);
	check(DIAL_LOGIN_FILE, text, "me");
	check(DIAL_LOGIN_COMMAND, text, NULL);
	check(DIAL_LOGIN_COMMAND, text, "me");
	return 0;
}
