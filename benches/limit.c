/* The limit: the cheapest counting in C that bytecode can reach, without the extra work of instrsh (numbers
 * that other threads and processes read); what two readings of the clock add to it; and the cheapest callbacks
 * for sys.monitoring, which count calls, or record how long they take as instrsh does.
 *
 * `benches/frame/limit.rs` builds it with the headers of the Python that is measured. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <structmember.h>
#include <time.h>
#ifdef __x86_64__
#include <x86intrin.h>
#endif

typedef struct {
    PyObject_HEAD
    unsigned long long hits;
} Probe;

/* ~probe: one hit. */
static PyObject *probe_invert(PyObject *probe) {
    ((Probe *)probe)->hits++;
    Py_RETURN_NONE;
}

static PyNumberMethods probe_number = {.nb_invert = probe_invert};
static PyMemberDef probe_members[] = {{"hits", T_ULONGLONG, offsetof(Probe, hits), READONLY}, {0}};
static PyTypeObject probe_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "limit.Probe",
    .tp_basicsize = sizeof(Probe),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_as_number = &probe_number,
    .tp_members = probe_members,
};

/* The clock of instrsh, on a machine whose kernel trusts the counter. */
static inline uint64_t ticks(void) {
#ifdef __x86_64__
    return __rdtsc();
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ull + now.tv_nsec;
#endif
}

static uint64_t clock_ticks;

/* ~clock: one hit, and two readings of the clock. */
static PyObject *clock_invert(PyObject *clock) {
    uint64_t start = ticks();
    ((Probe *)clock)->hits++;
    clock_ticks += ticks() - start;
    Py_RETURN_NONE;
}

static PyNumberMethods clock_number = {.nb_invert = clock_invert};
static PyTypeObject clock_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "limit.Clock",
    .tp_basicsize = sizeof(Probe),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_as_number = &clock_number,
    .tp_members = probe_members,
};

/* One number for all functions: finding one for each code object would be slower. */
static unsigned long long starts;

static PyObject *count_start(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    starts++;
    Py_RETURN_NONE;
}

static PyObject *starts_so_far(PyObject *module, PyObject *nothing) {
    return PyLong_FromUnsignedLongLong(starts);
}

/* The open calls of one thread, and the times of all functions together: finding a record for each code object
 * would be slower. */
#define MOST_OPEN 4096
static struct {
    PyObject *code;
    uint64_t start;
} open_calls[MOST_OPEN];
static unsigned open_count;
static struct {
    uint64_t calls, sum, shortest, longest, errors;
    uint64_t histogram[64 * 8];
} times = {.shortest = UINT64_MAX};

/* Log-linear: eight buckets for each power of two. */
static inline unsigned bucket_of(uint64_t duration) {
    unsigned power = 63 - (unsigned)__builtin_clzll(duration | 8);
    return power * 8 + ((duration >> (power - 3)) & 7);
}

static PyObject *time_start(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    unsigned place = open_count++ % MOST_OPEN;
    open_calls[place].code = arguments[0];
    open_calls[place].start = ticks();
    Py_RETURN_NONE;
}

static inline void end_call(void) {
    uint64_t duration = ticks() - open_calls[--open_count % MOST_OPEN].start;
    times.calls++;
    times.sum += duration;
    if (duration < times.shortest) {
        times.shortest = duration;
    }
    if (duration > times.longest) {
        times.longest = duration;
    }
    times.histogram[bucket_of(duration)]++;
}

static PyObject *time_return(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    end_call();
    Py_RETURN_NONE;
}

/* PY_UNWIND comes from every function. */
static PyObject *time_unwind(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    if (open_count > 0 && open_calls[(open_count - 1) % MOST_OPEN].code == arguments[0]) {
        times.errors++;
        end_call();
    }
    Py_RETURN_NONE;
}

/* A yield ends a piece of a call; behind it the next one starts. */
static PyObject *time_yield(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    times.sum += ticks() - open_calls[--open_count % MOST_OPEN].start;
    Py_RETURN_NONE;
}

static PyObject *timed_so_far(PyObject *module, PyObject *nothing) {
    return PyLong_FromUnsignedLongLong(times.calls);
}

#define CALLBACK(name) {#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL, NULL}
static PyMethodDef methods[] = {
    CALLBACK(count_start),
    CALLBACK(time_start),
    CALLBACK(time_return),
    CALLBACK(time_unwind),
    CALLBACK(time_yield),
    {"starts", starts_so_far, METH_NOARGS, NULL},
    {"timed", timed_so_far, METH_NOARGS, NULL},
    {0},
};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "limit", NULL, -1, methods};

PyMODINIT_FUNC PyInit_limit(void) {
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && (PyModule_AddType(module, &probe_type) < 0 || PyModule_AddType(module, &clock_type) < 0)) {
        Py_CLEAR(module);
    }
    return module;
}
