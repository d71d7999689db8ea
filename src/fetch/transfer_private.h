/*
 * A transfer's parts, for the files that carry it: transfer.c (legs and their
 * ends), leg.c (from a URL to a connection), reply.c (what a response means),
 * report.c (what the response and the receiver are told).
 *
 * A leg is one request to one URL:
 *
 *	begin -> way -> pool ----------------> round trip -> end of leg
 *	             -> opening (connection) ->
 *
 * The end of a leg is the end of the transfer, or begins the next leg: after a
 * redirect, in HTTP/1.1 after a 426, or once more on a new connection.
 */
#ifndef DIAL_FETCH_TRANSFER_PRIVATE_H
#define DIAL_FETCH_TRANSFER_PRIVATE_H

#include "daytime/daytime.h"
#include "fetch/body.h"
#include "fetch/connection.h"
#include "fetch/low_speed.h"
#include "fetch/pac_routes.h"
#include "fetch/pace.h"
#include "fetch/redirect.h"
#include "fetch/roundtrip.h"
#include "fetch/secret.h"
#include "fetch/spool.h"
#include "fetch/transfer.h"
#include "http/coding.h"

/* A body that nobody wants is read to keep the connection, up to this; where
 * the connection is not kept, it is not read at all. */
#define DIAL_DISCARD_MAX (1024 * 1024)
/* Beyond this a body that went out with a request that was refused may still be
 * in its reader's way: squid never gets past one of 64 KiB. */
#define DIAL_REFUSED_BODY_MAX (32 * 1024)
/* Decoded at once, in bytes. */
#define DIAL_DECODE_PIECE ((size_t)64 * 1024)
/* How often progress() is called. */
#define DIAL_PROGRESS_EVERY (100 * DIAL_MILLISECOND)
/* A proxy that is not the last of a PAC file's has so long to answer the call,
 * in seconds, where --connect-timeout says nothing. */
#define DIAL_LEG_PAC_CONNECT 10
/* Bodies over this await 100 Continue in HTTP/1.1, as in curl. */
#define DIAL_EXPECT_OVER (1024 * 1024)

enum dial_next_leg {
	DIAL_LEG_NONE,
	DIAL_LEG_REDIRECT,
	DIAL_LEG_IN_11,
	DIAL_LEG_AGAIN,
	DIAL_LEG_LOGIN
};

/* How far we are in telling a hop who we are. */
struct dial_hop {
	char *key;	  /* of what the agent remembers of it */
	char *value;	  /* of the field that goes out; NULL: none */
	unsigned scheme;  /* that a challenge chose; 0: none did */
	unsigned sent;	  /* that the last request carried; 0: none */
	bool answered;	  /* a challenge was answered, */
	bool renewed;	  /* and once more after a stale nonce */
	bool excused;	  /* it does not want to know */
	unsigned refused; /* schemes that it did not accept */
	unsigned unable;  /* schemes that turned out to be impossible here */
	char unable_why[DIAL_ERROR_TEXT / 2]; /* the last of them; or "" */
	/* Negotiate and NTLM (leg_prove.c). */
	struct dial_gss *gss; /* the context; NULL: none was begun */
	bool unfinished;      /* it awaits the peer's next token */
	int rounds;	      /* that it has taken */
	char *challenge;      /* the peer's token, in base64; NULL: none */
	char *token;	      /* ours, for the next request */
};

struct dial_gss;
struct dial_proof;

/* What a PAC file says of a leg's URL, and how far we are in it. */
struct dial_leg_pac {
	struct dial_pac_query *query; /* that is under way */
	bool decided;
	char *why;
	struct dial_pac_routes routes; /* none until it is decided */
	bool tried[DIAL_PAC_ROUTES_MAX];
	size_t now; /* the one that is tried */
};

/* What a leg waits for before its request can go out. */
struct dial_leg_wait {
	const char *step; /* for a timeout's sentence; NULL: nothing */
	void (*drop)(struct dial_transfer *); /* gives it up, or forgets it */
};

struct dial_transfer {
	struct dial_agent *agent;
	const struct dial_request *request;
	struct dial_response *response;
	struct dial_error *err;
	bool done;
	void (*over)(void *arg); /* NULL: nobody is told */
	void *over_arg;

	/* Times: monotonic; when it all began and when this leg did. */
	struct dial_timer step;
	struct dial_timer timer;
	int64_t started;
	int64_t leg_started;
	int64_t connect_deadline;
	int64_t continue_deadline;
	int64_t progress_due;
	struct dial_pace in_pace;
	struct dial_pace out_pace;
	struct dial_low_speed low_speed;

	/* The leg's stages (leg.c), and what was told of them. */
	size_t stage; /* the next one */
	struct dial_leg_wait wait;
	int64_t told_until; /* monotonic */
	bool told_failure;  /* by the last one told of */
	struct dial_secret_wait secret;

	/* The leg's request. */
	struct dial_url url;
	struct dial_url referred_by;
	bool was_referred;
	const char *method;
	int minor;
	bool close_after; /* asked for in 1.1 where no other request follows */
	bool says_close;  /* so or by the user's own field */
	bool dropped_body;
	struct dial_scope scope;
	struct dial_body body;
	bool body_open;
	struct dial_spool *spool; /* the body, until its length is known */

	/* The leg's connection. */
	struct dial_way way;
	struct dial_leg_pac pac;
	struct dial_opening *opening;
	struct dial_credentials credentials; /* for the origin */
	struct dial_hop origin_hop;
	struct dial_hop proxy_hop;
	struct dial_proof *proof; /* a token is being made */
	bool withheld;		  /* the body waits for a challenge */
	struct dial_connection *connection;
	bool reused;
	bool repeated;	  /* once more after a dead connection */
	bool expected;	  /* "Expect: 100-continue" was sent */
	bool unexpecting; /* and is not any more, after a 417 */
	struct dial_daytime_job *daytime;

	/* The leg's response. */
	struct dial_roundtrip roundtrip;
	struct dial_roundtrip_handler handler;
	struct dial_decoder *decoder;
	unsigned char *decoded;
	bool warned_of_swelling;
	enum dial_next_leg next;
	struct dial_redirect redirect;
	bool discard;
	uint64_t discarded;
};

/* transfer.c */
void dial_transfer_finish(struct dial_transfer *); /* err says how */
/* Its one timer; 0 or -1 (memory). */
int dial_transfer_arm(struct dial_transfer *);
/* That many seconds later; DIAL_NEVER for what is no length of time. */
int64_t dial_transfer_deadline(int64_t from, double seconds);
void dial_transfer_leg_over(struct dial_transfer *, bool whole);
/* Another leg of the same kind begins, from the loop. */
void dial_transfer_again(struct dial_transfer *);

/* leg.c */
void dial_leg_begin(struct dial_transfer *);
void dial_leg_step(const struct dial_transfer *, char *out, size_t size);
/* The next stage, and those after it: what one waited for is there. */
void dial_leg_go_on(struct dial_transfer *);
/* A stage waits; 0, or -1 (memory), and drop() is called either way. */
int dial_leg_wait(struct dial_transfer *, const struct dial_leg_wait *);
void dial_leg_stop_waiting(struct dial_transfer *);
/* The way is known: those who want to know it are told. 1 or -1. */
int dial_leg_tell_way(struct dial_transfer *);
bool dial_leg_is_daytime(const struct dial_transfer *);

/* leg_body.c */
bool dial_leg_has_body(const struct dial_transfer *);
/* In chunks where the length is not known, or where the user says so: of a body
 * that waits, only the end. */
bool dial_leg_goes_in_chunks(const struct dial_transfer *);
bool dial_leg_expects_continue(const struct dial_transfer *);
/* Where the body's length must be known and is not, it is spooled or measured.
 * 1: it is ready, 0: it will be, and the leg goes on then, -1. */
int dial_leg_prepare_body(struct dial_transfer *);

/* leg_login.c: who we are; each 0 or -1 where nothing else is said */
int dial_leg_login_begin(struct dial_transfer *); /* the way is known */
bool dial_leg_login_probes(const struct dial_transfer *, bool has_body);
int dial_leg_login_prepare(
    struct dial_transfer *, const char *target, bool has_body);
int dial_leg_login_connect(struct dial_transfer *, const char *target);
/* 1 if the request is to be made once more. */
int dial_leg_login_consider(struct dial_transfer *, const struct dial_head *);
/* 1 if CONNECT is to be sent once more. */
int dial_leg_login_refused(
    struct dial_transfer *, const struct dial_tunnel_refusal *);
void dial_leg_login_follow(struct dial_transfer *, bool cross_origin);
void dial_leg_login_clear(struct dial_transfer *);
/* Another proxy: what was asked by the one before is nothing to it. */
void dial_leg_login_forget_proxy(struct dial_transfer *);
/* Why a hop's tokens did not help, for a 401 or 407; NULL: there were none. */
const char *dial_hop_why_refused(const struct dial_hop *);
/* The scheme that the next request carries; 0: none. */
unsigned dial_leg_login_scheme(const struct dial_transfer *, bool proxy);

/* leg_prove.c: a token of Negotiate or NTLM, where the next message is to carry
 * one; stages of a leg. */
int dial_leg_prove_for_tunnel(struct dial_transfer *);
int dial_leg_prove_to_proxy(struct dial_transfer *);
int dial_leg_prove_to_origin(struct dial_transfer *);
/* What an accepting answer says in return. 0, or -1 with the error. */
int dial_leg_prove_check(
    struct dial_transfer *, bool proxy, const struct dial_head *);
void dial_hop_forget_proof(struct dial_hop *);

/* leg_pac.c */
/* Where the way is for a PAC file to say: the way that it says. 1, 0 or -1. */
int dial_leg_ask_pac(struct dial_transfer *);
/* The opening failed: true if another of the PAC file's routes is tried, and
 * then the leg is to begin again. */
bool dial_leg_pac_moves_on(struct dial_transfer *, const struct dial_error *);
/* Whether the present route may take no longer than DIAL_LEG_PAC_CONNECT to
 * be connected: there is another one, and nobody said otherwise. */
bool dial_leg_pac_hurries(const struct dial_transfer *);
void dial_leg_pac_clear(struct dial_transfer *);

/* leg_proxy_login.c: who we are for the proxy, asked where it is kept.  A
 * stage. */
int dial_leg_find_proxy_login(struct dial_transfer *);
/* The proxy did not take it: names the place, in the error or in a warning. */
void dial_leg_blame_proxy_login(
    struct dial_transfer *, const struct dial_tunnel_refusal *);
void dial_leg_warn_of_proxy_login(struct dial_transfer *);

/* leg_daytime.c */
int dial_leg_daytime(struct dial_transfer *);

/* reply.c: the round trip's handler for heads */
int dial_reply_interim(void *, struct dial_parser *);
int dial_reply_head(void *, struct dial_parser *);
/* All is handed out, and no leg follows. */
void dial_reply_conclude(struct dial_transfer *);

/* agent_cookies.c: puts the head's cookies into the jar. 0 or -1. */
int
dial_transfer_take_cookies(struct dial_transfer *, const struct dial_head *);

/* reply_body.c: and for bodies */
int
dial_reply_prepare_decoder(struct dial_transfer *, const struct dial_head *);
int dial_reply_body(void *, struct dial_span);
int dial_reply_trailers(void *, struct dial_parser *);
int dial_reply_finish(struct dial_transfer *); /* all of it is in */
int dial_reply_deliver(struct dial_transfer *, const void *bytes, size_t len);
int dial_reply_refuse_size(struct dial_transfer *);
/* The error is told whose it is; -1. */
int dial_reply_name_origin(struct dial_transfer *);

/* report.c */
double dial_transfer_elapsed(const struct dial_transfer *, int64_t since);
void dial_transfer_note(struct dial_transfer *, enum dial_note,
    const char *format, ...) DIAL_PRINTF(3, 4);
void dial_transfer_note_head(
    struct dial_transfer *, enum dial_note, struct dial_span head);
void dial_transfer_note_bytes(
    struct dial_transfer *, enum dial_note, struct dial_span bytes);
/* What a callback of the receiver returned: 0, or -1 with its error or ours. */
int dial_transfer_check(int result, struct dial_error *);
int dial_transfer_tell_head(struct dial_transfer *, const struct dial_head *,
    enum dial_speaker, struct dial_error *);
int dial_transfer_report_leg(struct dial_transfer *);
void dial_transfer_report_connection(
    struct dial_transfer *, const struct dial_connection *);
int dial_transfer_report_head(struct dial_transfer *);
int dial_transfer_report_progress(struct dial_transfer *);

#endif
