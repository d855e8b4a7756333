#pragma once

namespace pramana::pipeline {

/// A named place where crash tests kill the process: kill(getpid(), SIGKILL), when the environment
/// says PRAMANA_CRASH_AT=<name> (the first time) or <name>:<n> (the n-th time). Names: after_admit,
/// after_place, after_append, after_prove, after_sign, after_send, after_include.
///
/// Linked as a library option: pramana::crash_points is the live one (pramana-dev, tests);
/// pramana::no_crash_points does nothing and is what the production target links. `name` is a
/// literal.
void crash_point(const char* name) noexcept;

}  // namespace pramana::pipeline
