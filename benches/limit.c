/* The limit: the cheapest counting in C that bytecode can reach, without the extra work of instrsh (numbers
 * that other threads and processes read); and the cheapest callback for sys.monitoring.
 *
 * `benches/frame/limit.rs` builds it with the headers of the Python that is measured. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

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

/* One number for all functions: finding one for each code object would be slower. */
static unsigned long long starts;

static PyObject *count_start(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    starts++;
    Py_RETURN_NONE;
}

static PyObject *starts_so_far(PyObject *module, PyObject *nothing) {
    return PyLong_FromUnsignedLongLong(starts);
}

static PyMethodDef methods[] = {
    {"count_start", (PyCFunction)(void (*)(void))count_start, METH_FASTCALL, NULL},
    {"starts", starts_so_far, METH_NOARGS, NULL},
    {0},
};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "limit", NULL, -1, methods};

PyMODINIT_FUNC PyInit_limit(void) {
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && PyModule_AddType(module, &probe_type) < 0) {
        Py_CLEAR(module);
    }
    return module;
}
