/*
 * A thread is started for a task, takes what waits in the queue after it, and
 * ends: none stays idle.  Only this file starts threads.
 *
 * What loop and threads share stands in struct dial_workers, behind one lock,
 * and lives until the last of them lets go, which may be after the loop.
 *
 *   QUEUED -> RUNNING -> FINISHED -> DELIVERED    done() is called
 *      |         |           |
 *      |     ABANDONED       |                    its thread destroys it
 *      +--------------------+                     abandoned: destroyed at once
 */
#include "loop/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "loop/parts.h"

/* getaddrinfo(3) and the modules it loads need some; the usual 8 MiB is far
 * too much where address space is short. */
#define STACK_SIZE (512 * 1024)

enum task_state {
	QUEUED = 1,
	RUNNING,
	ABANDONED,
	FINISHED,
	DELIVERED
};

struct queue {
	struct dial_task *first;
	struct dial_task **end; /* NULL while never used */
};

struct thread {
	pthread_t id;
	struct dial_workers *workers;
	struct dial_task *task; /* running, or NULL */
	bool alive;		/* takes tasks */
	bool joinable;
};

struct dial_workers {
	pthread_mutex_t lock;
	unsigned holders; /* the loop, and every thread that is alive */
	struct thread threads[DIAL_WORKERS_MAX];
	struct queue queued;
	struct queue finished;
	int wake_in, wake_out; /* a pipe, as long as the loop */
	/* the loop's thread alone: */
	struct dial_loop *loop;
	struct dial_watch watch; /* while tasks are pending */
	size_t pending;		 /* whose done() is still to be called */
};

static void
queue_put(struct queue *queue, struct dial_task *task)
{
	if (queue->first == NULL)
		queue->end = &queue->first;
	task->next = NULL;
	*queue->end = task;
	queue->end = &task->next;
}

static struct dial_task *
queue_take(struct queue *queue)
{
	struct dial_task *task = queue->first;

	if (task != NULL)
		queue->first = task->next;
	return task;
}

static void
queue_remove(struct queue *queue, struct dial_task *task)
{
	struct dial_task **at = &queue->first;

	while (*at != task)
		at = &(*at)->next;
	*at = task->next;
	if (task->next == NULL)
		queue->end = at;
}

/* Lets go of what loop and threads share; the lock is held, and is not after.
 */
static void
let_go(struct dial_workers *workers)
{
	bool last = --workers->holders == 0;

	pthread_mutex_unlock(&workers->lock);
	if (!last)
		return;
	pthread_mutex_destroy(&workers->lock);
	free(workers);
}

/* --- On a thread ---------------------------------------------------------- */

/* One byte in the pipe is enough; if the pipe is full, there is one. */
static void
wake_loop(struct dial_workers *workers)
{
	ssize_t written;

	do
		written = write(workers->wake_in, "", 1);
	while (written == -1 && errno == EINTR);
}

/* Works with the lock open; afterwards it is held again. */
static void
run_task(struct thread *self, struct dial_task *task)
{
	struct dial_workers *workers = self->workers;

	self->task = task;
	task->state = RUNNING;
	pthread_mutex_unlock(&workers->lock);
	task->work(task);
	pthread_mutex_lock(&workers->lock);
	self->task = NULL;
	if (task->state == ABANDONED) {
		pthread_mutex_unlock(&workers->lock);
		task->destroy(task);
		pthread_mutex_lock(&workers->lock);
		return;
	}
	task->state = FINISHED;
	if (workers->finished.first == NULL)
		wake_loop(workers);
	queue_put(&workers->finished, task);
}

static void *
run_thread(void *arg)
{
	struct thread *self = arg;
	struct dial_workers *workers = self->workers;
	struct dial_task *task;

	pthread_mutex_lock(&workers->lock);
	while ((task = queue_take(&workers->queued)) != NULL)
		run_task(self, task);
	self->alive = false;
	let_go(workers);
	return NULL;
}

/* --- On the loop's thread ------------------------------------------------- */

/* Watches the pipe as long as a task is pending, so that the loop knows when
 * nothing is left to wait for. */
static int
settle_watch(struct dial_workers *workers, struct dial_error *err)
{
	return dial_watch_set(workers->loop, &workers->watch, workers->wake_out,
	    workers->pending > 0 ? DIAL_READY_IN : 0, err);
}

static struct dial_task *
take_finished(struct dial_workers *workers)
{
	struct dial_task *task;

	pthread_mutex_lock(&workers->lock);
	task = queue_take(&workers->finished);
	if (task != NULL)
		task->state = DELIVERED;
	pthread_mutex_unlock(&workers->lock);
	return task;
}

static void
deliver(void *arg, unsigned ready)
{
	struct dial_workers *workers = arg;
	struct dial_task *task;
	char bytes[64];

	(void)ready;
	while (read(workers->wake_out, bytes, sizeof(bytes)) > 0)
		continue;
	while ((task = take_finished(workers)) != NULL) {
		workers->pending--;
		settle_watch(workers, NULL);
		task->done(task);
		task->destroy(task);
	}
}

/* A pipe that neither blocks nor is inherited; 0, or -1 with errno. */
static int
open_pipe(int ends[2])
{
	if (pipe(ends) == -1)
		return -1;
	for (int i = 0; i < 2; i++)
		if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) == -1 ||
		    fcntl(ends[i], F_SETFL, O_NONBLOCK) == -1) {
			close(ends[0]);
			close(ends[1]);
			return -1;
		}
	return 0;
}

static struct dial_workers *
workers_new(struct dial_loop *loop, struct dial_error *err)
{
	struct dial_workers *workers = calloc(1, sizeof(*workers));
	int ends[2];

	if (workers == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	if (pthread_mutex_init(&workers->lock, NULL) != 0) {
		dial_error_set_memory(err);
		free(workers);
		return NULL;
	}
	if (open_pipe(ends) == -1) {
		dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER, errno,
		    "this machine cannot open a pipe for worker threads");
		pthread_mutex_destroy(&workers->lock);
		free(workers);
		return NULL;
	}
	workers->holders = 1;
	workers->wake_out = ends[0];
	workers->wake_in = ends[1];
	workers->loop = loop;
	workers->watch.ready = deliver;
	workers->watch.arg = workers;
	return workers;
}

/* Starts the thread with every signal blocked: they are the program's. */
static int
create(struct thread *thread)
{
	sigset_t all, old;
	pthread_attr_t attr;
	int result;

	sigfillset(&all);
	pthread_attr_init(&attr);
	/* Where so small a stack is refused, the usual one does. */
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	result = pthread_create(&thread->id, &attr, run_thread, thread);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return result;
}

/*
 * Sees to it that some thread will take what is queued: a new one, or one that
 * is alive.  The lock is held.  0, or the errno when there is neither.
 */
static int
provide_thread(struct dial_workers *workers)
{
	struct thread *free_one = NULL;
	bool some_alive = false;
	int result;

	for (size_t i = 0; i < DIAL_WORKERS_MAX; i++) {
		if (workers->threads[i].alive)
			some_alive = true;
		else if (free_one == NULL)
			free_one = &workers->threads[i];
	}
	if (free_one == NULL)
		return 0;
	if (free_one->joinable)
		pthread_join(free_one->id, NULL); /* it has ended */
	*free_one = (struct thread){.workers = workers};
	result = create(free_one);
	if (result != 0)
		return some_alive ? 0 : result;
	free_one->alive = true;
	free_one->joinable = true;
	workers->holders++;
	return 0;
}

static int
enqueue(struct dial_workers *workers, struct dial_task *task)
{
	int result;

	task->workers = workers;
	task->state = QUEUED;
	pthread_mutex_lock(&workers->lock);
	queue_put(&workers->queued, task);
	result = provide_thread(workers);
	if (result != 0)
		queue_remove(&workers->queued, task);
	pthread_mutex_unlock(&workers->lock);
	return result;
}

int
dial_task_start(
    struct dial_loop *loop, struct dial_task *task, struct dial_error *err)
{
	struct dial_loop_parts *parts = dial_loop_parts(loop);
	struct dial_workers *workers = parts->workers;
	int result;

	if (workers == NULL)
		workers = parts->workers = workers_new(loop, err);
	if (workers == NULL)
		goto fail;
	workers->pending++;
	if (settle_watch(workers, err) == -1)
		goto fail_pending;
	result = enqueue(workers, task);
	if (result == 0)
		return 0;
	dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER, result,
	    "this machine cannot start a worker thread");
fail_pending:
	workers->pending--;
	settle_watch(workers, NULL);
fail:
	task->destroy(task);
	return -1;
}

void
dial_task_abandon(struct dial_task *task)
{
	struct dial_workers *workers = task->workers;
	int state;

	pthread_mutex_lock(&workers->lock);
	state = task->state;
	if (state == QUEUED)
		queue_remove(&workers->queued, task);
	else if (state == FINISHED)
		queue_remove(&workers->finished, task);
	else if (state == RUNNING)
		task->state = ABANDONED;
	pthread_mutex_unlock(&workers->lock);
	if (state == DELIVERED)
		return; /* its done() is what calls */
	workers->pending--;
	settle_watch(workers, NULL);
	if (state != RUNNING)
		task->destroy(task);
}

bool
dial_workers_busy(const struct dial_workers *workers)
{
	return workers != NULL && workers->pending > 0;
}

/*
 * Parts with a thread: if it works it is left to itself; any other has ended,
 * or finds nothing to do, and can be joined.  The lock is held.
 */
static void
dismiss(struct thread *thread)
{
	if (thread->task == NULL)
		return;
	thread->task->state = ABANDONED;
	pthread_detach(thread->id);
	thread->joinable = false;
}

static void
destroy_all(struct queue queue)
{
	struct dial_task *task;

	while ((task = queue_take(&queue)) != NULL)
		task->destroy(task);
}

void
dial_workers_free(struct dial_workers *workers)
{
	struct queue queued, finished;

	if (workers == NULL)
		return;
	dial_watch_clear(&workers->watch);
	pthread_mutex_lock(&workers->lock);
	close(workers->wake_in);
	close(workers->wake_out);
	queued = workers->queued;
	finished = workers->finished;
	workers->queued.first = workers->finished.first = NULL;
	for (size_t i = 0; i < DIAL_WORKERS_MAX; i++)
		dismiss(&workers->threads[i]);
	pthread_mutex_unlock(&workers->lock);
	for (size_t i = 0; i < DIAL_WORKERS_MAX; i++)
		if (workers->threads[i].joinable)
			pthread_join(workers->threads[i].id, NULL);
	destroy_all(queued);
	destroy_all(finished);
	pthread_mutex_lock(&workers->lock);
	let_go(workers);
}
