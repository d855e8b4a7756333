#include "pramana/os/log.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

std::string written(log::Format format, std::initializer_list<log::Field> fields) {
    log::configure(log::Level::kInfo, format);
    testing::internal::CaptureStderr();
    log::info("test.event", fields);
    return testing::internal::GetCapturedStderr();
}

TEST(Log, writes_one_json_object_a_line) {
    const std::string line =
        written(log::Format::kJson, {{"job", JobId{7}}, {"why", Errc::kNotFound}, {"n", 3}});
    EXPECT_NE(line.find(R"("level":"info","event":"test.event","job":7,"why":"not_found","n":3})"),
              std::string::npos)
        << line;
    EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(Log, writes_logfmt) {
    const std::string line = written(log::Format::kLogfmt, {{"file", FileId{1}}, {"state", "a b"}});
    EXPECT_NE(line.find("level=info event=test.event file=1 state=\"a b\""), std::string::npos)
        << line;
}

TEST(Log, cleans_and_cuts_vetted_text) {
    const std::string line =
        written(log::Format::kJson,
                {log::Field::vetted("node", "bad\n\"quote\"" + std::string(1000, 'x'))});
    EXPECT_NE(line.find(R"("node":"bad?\"quote\"xxx)"), std::string::npos) << line;
    EXPECT_LT(line.size(), 450U);
}

TEST(Log, drops_what_is_below_the_level) {
    log::configure(log::Level::kWarn, log::Format::kJson);
    testing::internal::CaptureStderr();
    log::info("test.event");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace pramana
