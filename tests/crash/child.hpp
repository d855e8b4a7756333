#pragma once

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace pramana {

/// A directory for one test: in memory where the system has that, because a busy disk's fsync takes
/// a hundred times longer and kill -9 does not lose what the kernel has.
class ScratchDirectory {
  public:
    explicit ScratchDirectory(const std::string& name) {
        const std::filesystem::path base = ::access("/dev/shm", W_OK) == 0
                                               ? std::filesystem::path{"/dev/shm"}
                                               : std::filesystem::path{testing::TempDir()};
        path_ = base / (name + "_" + std::to_string(::getpid()));
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~ScratchDirectory() { std::filesystem::remove_all(path_); }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

inline constexpr int kKilled = -1;

/// Starts a program with its standard output on `output` (-1 = ours). `crash_at` goes to
/// PRAMANA_CRASH_AT, "" = unset.
inline pid_t start_child(const char* program, const std::vector<std::string>& arguments,
                         const std::string& crash_at, int output) {
    std::vector<char*> argv{const_cast<char*>(program)};
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (crash_at.empty())
        ::unsetenv("PRAMANA_CRASH_AT");
    else
        ::setenv("PRAMANA_CRASH_AT", crash_at.c_str(), 1);
    if (output >= 0) ::dup2(output, STDOUT_FILENO);
    ::execv(program, argv.data());
    ::_exit(127);
}

/// The exit status, kKilled for SIGKILL, 255 for anything else.
inline int wait_for_child(pid_t child) {
    int status = 0;
    if (::waitpid(child, &status, 0) != child) return 255;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return kKilled;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

}  // namespace pramana
