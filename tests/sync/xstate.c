/* Lets a User-Mode-Linux kernel before 6.13 run on processors with large register sets (AMX): it asks for and sets fewer
   bytes of them than the machine's kernel accepts. Loaded before it (LD_PRELOAD), this fills up what is missing. */
typedef unsigned long size;
struct part { void *at; size n; };
long syscall(long number, ...);
int *__errno_location(void);

enum { SYS_PTRACE = 101, PEEKUSER_LAST = 3, GETREGSET = 0x4204, SETREGSET = 0x4205, XSTATE = 0x202 };

static void copy(char *to, const char *from, size n) { while (n--) *to++ = *from++; }

long ptrace(long request, long pid, long addr, long data)
{
    static char area[65536];
    if ((request == GETREGSET || request == SETREGSET) && addr == XSTATE) {
        struct part whole = {area, sizeof area}, *told = (struct part *)data;
        if (syscall(SYS_PTRACE, GETREGSET, pid, addr, &whole) < 0) return -1;
        size n = told->n < whole.n ? told->n : whole.n;
        if (request == GETREGSET) { copy(told->at, area, n); told->n = n; return 0; }
        copy(area, told->at, n);
        return syscall(SYS_PTRACE, SETREGSET, pid, addr, &whole) < 0 ? -1 : 0;
    }
    if (request >= 1 && request <= PEEKUSER_LAST) {
        long value = 0;
        if (syscall(SYS_PTRACE, request, pid, addr, &value) < 0) return -1;
        *__errno_location() = 0;
        return value;
    }
    return syscall(SYS_PTRACE, request, pid, addr, data);
}
