import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";

/** What a person, or the machine, does once the screen shows a certain text. */
export type Deed = "enter" | "ctrl-c" | "ctrl-z, enter" | "sigterm" | "sighup" | { type: string };

export interface Act {
  /** Text that the deed waits for; what was on the screen before the act before does not count. */
  cue: string;
  deed: Deed;
}

/** What a program left behind that ran on a pseudo-terminal. */
export interface Performance {
  /** Everything that it wrote there. */
  screen: string;
  exitCode: number;
  /** Whether the terminal shows keys and edits lines, as it did before. */
  isAsBefore: boolean;
}

/**
 * Runs a program as the leader of a session on a terminal of its own, as a terminal emulator does; Node.js alone
 * cannot. The exit code is that of a shell: 128 and more for a signal.
 */
const driver = `
import base64, json, os, pty, select, signal, struct, sys, fcntl, termios, time
task = json.load(sys.stdin)
child, terminal = pty.fork()
if child == 0:
    os.execve(task["program"], [task["program"], *task["args"]], task["environment"])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
screen, acts, looked, deadline = b"", task["acts"], 0, time.monotonic() + 60
modes = lambda: termios.tcgetattr(terminal)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
before = modes()
while time.monotonic() < deadline:
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            part = b""
        if not part:
            break
        screen += part
    if acts and acts[0]["cue"].encode() in screen[looked:]:
        looked, deed = len(screen), acts.pop(0)["deed"]
        if isinstance(deed, dict): os.write(terminal, deed["type"].encode())
        if deed == "enter": os.write(terminal, b"\\r")
        if deed == "ctrl-c": os.write(terminal, b"\\x03")
        if deed == "ctrl-z, enter":
            os.write(terminal, b"\\x1a")
            time.sleep(0.3)
            os.write(terminal, b"\\r")
        if deed == "sigterm": os.kill(child, signal.SIGTERM)
        if deed == "sighup": os.kill(child, signal.SIGHUP)
else:
    os.kill(child, signal.SIGKILL)
_, status = os.waitpid(child, 0)
code = os.waitstatus_to_exitcode(status)
json.dump({
    "screen": base64.b64encode(screen).decode(),
    "exitCode": code if code >= 0 else 128 - code,
    "isAsBefore": modes() == before,
}, sys.stdout)
`;

/** Why no pseudo-terminal can be had; undefined where one can. In CI that is an error. */
export function noPseudoTerminal(): string | undefined {
  const { status } = spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"]);
  if (status === 0) return undefined;
  const reason = "nothing is tried on a real terminal: that needs python3, 3.9 or later, with its module pty";
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}

export async function onPseudoTerminal(task: {
  program: string;
  args: readonly string[];
  environment: Record<string, string>;
  /** One after the other. */
  acts: readonly Act[];
}): Promise<Performance> {
  const python = spawn("python3", ["-c", driver], { stdio: ["pipe", "pipe", "inherit"] });
  python.stdin.end(JSON.stringify(task));
  const { screen, ...rest } = JSON.parse(await text(python.stdout)) as Performance;
  return { ...rest, screen: Buffer.from(screen, "base64").toString("utf8") };
}
