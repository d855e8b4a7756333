#pragma once

#include "pramana/os/file.hpp"

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>

namespace pramana::app {

/// A folder of a test's own, and a subcommand's run with what it printed.
class CommandTest : public testing::Test {
  protected:
    ~CommandTest() override { std::filesystem::remove_all(folder_); }

    std::string write(const std::string& name, std::string_view content) {
        std::filesystem::create_directories(folder_);
        EXPECT_TRUE(write_file_durably(folder_ / name, as_bytes_view(content)));
        return (folder_ / name).string();
    }
    struct Run {
        int exit_code;
        std::string out;
        std::string errors;
    };
    static Run run_command(int (*command)(std::span<const std::string_view>),
                           const std::vector<std::string>& words) {
        const std::vector<std::string_view> args(words.begin(), words.end());
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int code = command(args);
        const std::string out = testing::internal::GetCapturedStdout();
        return {code, out, testing::internal::GetCapturedStderr()};
    }

    std::filesystem::path folder_ =
        std::filesystem::path{testing::TempDir()} / ("command_" + std::to_string(getpid()));
};

}  // namespace pramana::app
