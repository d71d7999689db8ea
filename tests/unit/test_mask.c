/* CASES CRED-15: what -v shows has no secret in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fetch/mask.h"

static const struct {
	const char *head;
	const char *shown;
} table[] = {
    {"GET / HTTP/1.0\r\nHost: a.test\r\n\r\n",
	"GET / HTTP/1.0\r\nHost: a.test\r\n\r\n"},
    {"Authorization: Basic c2VjcmV0\r\n\r\n",
	"Authorization: Basic ***\r\n\r\n"},
    {"AUTHORIZATION:Bearer SECRET\r\n", "AUTHORIZATION:Bearer ***\r\n"},
    {"Proxy-Authorization: Basic x\r\nA: b\r\n",
	"Proxy-Authorization: Basic ***\r\nA: b\r\n"},
    {"Authorization: SECRET\r\n", "Authorization: ***\r\n"},
    {"Cookie: s=SECRET; t=SECRET\r\n", "Cookie: s=***\r\n"},
    {"set-cookie: sid=SECRET; Path=/\n", "set-cookie: sid=***\n"},
    {"Cookie : s=SECRET\r\n", "Cookie : s=***\r\n"},
    {"Authorization:SECRET \r\n", "Authorization:*** \r\n"},
    {"Authorization:\tBasic SECRET\t\r\n", "Authorization:\tBasic ***\t\r\n"},
    {"Cookie:  s=SECRET \r\n", "Cookie:  s=*** \r\n"},
    {"Cookie: \r\n", "Cookie: \r\n"},
    /* A value folded onto the next line is masked there too. */
    {"Cookie: a=1;\r\n s=SECRET\r\nB: c\r\n",
	"Cookie: a=***\r\n ***\r\nB: c\r\n"},
    {"X: y\r\n folded\r\n", "X: y\r\n folded\r\n"},
    {"Authorization:\r\n", "Authorization:\r\n"},
    {"Authorization: Basic SECRET", "Authorization: Basic ***"},
    /* A URL anywhere else shows its user, and no password. */
    {"Location: http://me:SE@CRET@h/p\r\n", "Location: http://me:***@h/p\r\n"},
    {"GET http://me:SECRET@h/ HTTP/1.0\r\n",
	"GET http://me:***@h/ HTTP/1.0\r\n"},
    /* A user alone can be a token. */
    {"Location: https://SECRET@h/\r\n", "Location: https://***@h/\r\n"},
    {"Location: https://SECRET:@h/\r\n", "Location: https://***@h/\r\n"},
    {"Location: https://h/a@b\r\n", "Location: https://h/a@b\r\n"},
    {"Link: <http://:S@a/>, <https://u:S@b>\r\n",
	"Link: <http://:***@a/>, <https://u:***@b>\r\n"},
    {"Location: http://me@h:80/a:b@c\r\n",
	"Location: http://***@h:80/a:b@c\r\n"},
    {"X: http://a:1/@ ://:@ ://", "X: http://a:1/@ ://***@ ://"},
    {"", ""},
};

static void
secrets_are_masked(void **state)
{
	struct dial_buf out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		dial_buf_reset(&out);
		assert_int_equal(
		    dial_mask_head(&out, dial_span_of(table[i].head)), 0);
		assert_string_equal(dial_buf_terminate(&out), table[i].shown);
	}
	dial_buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(secrets_are_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
