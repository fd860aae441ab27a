# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of `onhook replay FILE --gdb`, for gdb 10 and later.

The debugged process plays the schedule over and over (harness/explore/debug_replay.cc) and stops at
the steps that are written into its variable onhook_debug (harness/sched/debug_stop.h). What a
fiber's thread of the operating system would be, is read here from the scheduler's own data: where a
suspended fiber's registers lie is known from Boost.Context's jump_x86_64_sysv_elf_gas.S.
"""
import gdb
from gdb.unwinder import Unwinder, register_unwinder

NEVER = 0xFFFFFFFF
# The scheduler's own frames, which nobody debugs a plugin for.
INNER = ("harness/sched/", "harness/interpose/", "harness/host/", "/include/c++/")


def state(field):
    return int(gdb.parse_and_eval("onhook_debug." + field))


def text(field):
    return gdb.parse_and_eval("onhook_debug." + field).string()


def write(field, value):
    gdb.execute("set var onhook_debug.%s = %d" % (field, value), to_string=True)


def vector(value):
    """The elements of a std::vector, without pretty printers."""
    at, end = value["_M_impl"]["_M_start"], value["_M_impl"]["_M_finish"]
    while at != end:
        yield at.dereference()
        at += 1


class Fiber:
    def __init__(self, thread):
        self.thread = thread
        self.id = int(thread["id"])
        self.name = thread["name"]["_M_dataplus"]["_M_p"].string()
        self.finished = bool(thread["finished"])

    @property
    def doing(self):
        op = self.thread["pending"]
        what = str(op["kind"]).split("::")[-1]
        words = [interned(op[word]) for word in ("actor", "verb", "detail")]
        said = " ".join(word for word in words if word)
        if said:
            return said if what == "announce" else "%s (%s)" % (what, said)
        if int(op["object"]) == 0 or what.startswith("thread_"):
            return what
        return "%s %s" % (what, name_of(int(op["object"])))

    @property
    def registers(self):
        """rip, rsp, rbp, rbx and r12 to r15 where it was suspended."""
        frame = int(self.thread["context"])
        word = gdb.lookup_type("unsigned long").pointer()

        def at(offset):
            return int(gdb.Value(frame + offset).cast(word).dereference())

        return {"rip": at(0x38), "rsp": frame + 0x40, "rbp": at(0x30), "rbx": at(0x28),
                "r12": at(0x08), "r13": at(0x10), "r14": at(0x18), "r15": at(0x20)}


def name_of(address):
    """Of the variable that begins there, or the address."""
    known = gdb.execute("info symbol %d" % address, to_string=True)
    return known.split(" in section")[0] if " in section" in known else "0x%x" % address


def interned(number):
    """The words of an id are the harness's; its own function for debuggers knows them."""
    if int(number) == 0:
        return ""
    return gdb.parse_and_eval("onhook_debug_text(%d)" % int(number)).string()


def scheduler():
    where = gdb.parse_and_eval("onhook::g_set_scheduler")
    if int(where) == 0:
        raise gdb.GdbError("no world runs yet")
    return where.dereference()


def fibers():
    one = gdb.lookup_type("onhook::Thread").pointer().pointer()
    for owner in vector(scheduler()["threads_"]):
        yield Fiber(owner.address.cast(one).dereference().dereference())


def current():
    where = scheduler()["current_"]
    return Fiber(where.dereference()) if int(where) else None


# A suspended fiber's stack -----------------------------------------------------------------------


class SuspendedFiber(Unwinder):
    """While a fiber is selected, says that it is the caller of the innermost frame. No register
    changes, so the process can go on at any time."""

    def __init__(self):
        super().__init__("onhook-fiber")
        self.fiber = None
        self.innermost = None

    def select(self, fiber):
        self.fiber = None
        gdb.invalidate_cached_frames()
        if fiber is None:
            return
        frame = gdb.newest_frame()
        self.innermost = int(frame.read_register("rsp")), int(frame.pc())
        self.fiber = fiber.registers
        gdb.invalidate_cached_frames()

    def __call__(self, pending):
        if self.fiber is None:
            return None
        here = int(pending.read_register("rsp")), int(pending.read_register("rip"))
        if here != self.innermost:
            return None
        kind = gdb.lookup_type("unsigned long")
        # gdb stops at a caller whose stack lies below; so the id says that this frame's is lower.
        info = pending.create_unwind_info(FrameId(self.fiber["rsp"] - 16, here[1]))
        for register, value in self.fiber.items():
            info.add_saved_register(register, gdb.Value(value).cast(kind))
        return info


class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = gdb.Value(sp), gdb.Value(pc)


suspended = SuspendedFiber()
register_unwinder(None, suspended, replace=True)


def outer_frame(frame):
    """The first frame outwards that is the code's under test, or a fake's."""
    while frame is not None:
        table = frame.find_sal().symtab
        if gdb.solib_name(frame.pc()) is not None:
            if table is not None:
                return frame
        elif table is not None and not any(part in table.filename for part in INNER):
            return frame
        frame = frame.older()
    return None


def place_of(frame):
    sal = frame.find_sal()
    where = "%s:%d" % (sal.symtab.filename, sal.line) if sal.symtab else "?"
    return "%s at %s" % (frame.name() or "?", where)


def place_of_fiber(fiber, running):
    try:
        suspended.select(None if running else fiber)
        start = gdb.newest_frame()
        frame = outer_frame(start if running else start.older())
        return place_of(frame) if frame is not None else "(its beginning or end)"
    finally:
        suspended.select(None)


# Moving ------------------------------------------------------------------------------------------


class Stop(gdb.Breakpoint):
    """A place where the harness waits for a debugger."""

    reached = None
    quiet = False

    def __init__(self, function):
        super().__init__(function, internal=True)
        self.silent = True
        self.function = function

    def stop(self):
        Stop.reached = self.function
        return True


def show(_event=None):
    """After a stop of ours: which step, whose, where."""
    suspended.select(None)
    reached, Stop.reached = Stop.reached, None
    if reached is None or Stop.quiet:
        return
    if reached == "onhook_debug_end":
        print("the execution has ended: %s" % text("ending"))
        if text("law"):
            print("violated: %s, at step %d" % (text("law"), state("violation")))
        return
    step, fiber = int(scheduler()["step_"]), current()
    if reached == "onhook_debug_fault":
        print("step %d: fiber %d '%s' gets signal %s" %
              (step, fiber.id, fiber.name, gdb.newest_frame().read_var("signal")
               if has_variable("signal") else ""))
        frame = outer_frame(gdb.newest_frame())
    else:
        first = state("race_begins")
        of = " of %d to %d" % (first, state("race_ends")) if first else " of the set-up"
        print("step %d%s: fiber %d '%s' is about to: %s" %
              (step, of, fiber.id, fiber.name, fiber.doing))
        frame = outer_frame(gdb.newest_frame())
    if frame is not None:
        frame.select()
        gdb.execute("frame")


def has_variable(name):
    try:
        gdb.newest_frame().read_var(name)
        return True
    except (ValueError, RuntimeError):
        return False


def alive():
    return gdb.selected_inferior().pid != 0


def resume():
    Stop.quiet = True
    try:
        gdb.execute("continue", to_string=True)
    finally:
        Stop.quiet = False
    if alive():
        reached = gdb.newest_frame().name()
        if reached in STOPS:
            Stop.reached = reached
            show()
        else:
            gdb.execute("frame")


def begin(wanted):
    """A new process, which will stop at that step; 0: where the law breaks."""
    Stop.quiet = True
    try:
        gdb.execute("run", to_string=True)
    finally:
        Stop.quiet = False
    if not alive() or gdb.newest_frame().name() != "onhook_debug_begin":
        raise gdb.GdbError("the replay did not begin")
    folder = text("code_folder")
    if folder:
        gdb.execute("set directories %s:$cdir:$cwd" % folder, to_string=True)
    write("wanted", wanted)
    resume()


def position():
    return int(scheduler()["step_"])


def go_to(step):
    if step < 1:
        raise gdb.GdbError("the first step is 1")
    if not alive():
        begin(step)
        return
    first = state("race_begins")
    earlier = step <= position() or gdb.newest_frame().name() == "onhook_debug_end"
    if earlier and (first == 0 or step < first):
        begin(step)  # no snapshot to go back to
        return
    write("wanted", step)
    if earlier:
        write("again", 1)
    resume()


STOPS = ("onhook_debug_begin", "onhook_debug_stop", "onhook_debug_fault", "onhook_debug_end")


class Onhook(gdb.Command):
    """A replay of onhook's. `help onhook` lists what can be done."""

    def __init__(self):
        super().__init__("onhook", gdb.COMMAND_RUNNING, gdb.COMPLETE_NONE, True)


def command(name, kind=gdb.COMMAND_RUNNING):
    def define(function):
        class Made(gdb.Command):
            __doc__ = function.__doc__

            def __init__(self):
                super().__init__("onhook " + name, kind)

            def invoke(self, argument, _from_tty):
                function(*[number(word) for word in gdb.string_to_argv(argument)])

        Made()
        return function

    return define


def number(word):
    try:
        return int(word, 0)
    except ValueError:
        raise gdb.GdbError("'%s' is no number" % word)


Onhook()


@command("start")
def start(at=0, back=0):
    """Begin a new process and stop: onhook start [STEP [BACK]].
Without a STEP, or with 0, where the law breaks. BACK: so many steps before it."""
    begin(at)
    if back:
        move_back(back)


@command("at")
def at(step):
    """Stop at a step, earlier or later: onhook at STEP."""
    go_to(step)


@command("step")
def forward(count=1):
    """Go on to the next step of any fiber: onhook step [COUNT]."""
    go_to(position() + count)


@command("back")
def move_back(count=1):
    """Go steps back: onhook back [COUNT]. The state before the race is restored and the
schedule played again up to there. From the end of an execution: before its last step."""
    go_to(max(position() - count, 1))


@command("fibers", gdb.COMMAND_STATUS)
def list_fibers():
    """List the fibers: what each is about to do, and where."""
    running = current()
    print("   id  %-22s %-40s %s" % ("fiber", "is about to", "in"))
    for fiber in fibers():
        if fiber.finished:
            continue
        mine = running is not None and fiber.id == running.id
        print("%s %3d  %-22s %-40s %s" % (" *" if mine else "  ", fiber.id, fiber.name,
                                          fiber.doing, place_of_fiber(fiber, mine)))


@command("fiber", gdb.COMMAND_STACK)
def select_fiber(wanted):
    """Look at the stack of a fiber: onhook fiber ID. up, down, frame, info locals and the like
then mean that one (frame 0 stays the running one's), until the process goes on."""
    for fiber in fibers():
        if fiber.id != wanted or fiber.finished:
            continue
        mine = fiber.id == current().id
        suspended.select(None if mine else fiber)
        print("fiber %d '%s' is about to: %s" % (fiber.id, fiber.name, fiber.doing))
        newest = gdb.newest_frame()
        frame = outer_frame(newest if mine else newest.older())
        (frame or newest).select()
        gdb.execute("frame")
        return
    raise gdb.GdbError("there is no fiber %d" % wanted)


def register_hooks():
    """Before the process goes on, the running fiber is the selected one again."""
    for name in ("continue", "next", "step", "finish", "until", "stepi", "nexti", "jump", "advance"):
        gdb.execute("define hook-%s\npython suspended.select(None)\nend" % name)


def register_all():
    for setting in ("pagination off", "breakpoint pending on", "startup-with-shell off",
                    "print thread-events off", "python print-stack message"):
        gdb.execute("set " + setting)
    try:
        gdb.execute("set debuginfod enabled off")
    except gdb.error:
        pass  # an older gdb
    # The snapshot's write protection; real faults arrive at onhook_debug_fault. The watchdog.
    for signal in ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGVTALRM"):
        gdb.execute("handle %s nostop noprint pass" % signal, to_string=True)
    register_hooks()
    for function in STOPS:
        Stop(function)
    gdb.events.stop.connect(show)


register_all()
