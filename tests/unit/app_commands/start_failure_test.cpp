// What a start that failed says, and its exit code (docs/commands.md "serve").

#include "commands/start_failure.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

struct StartRow {
    const char* name;
    Errc code;
    std::string_view about;
    int exit_code;
    std::string_view says;
    std::string_view next;
};
const StartRow kRows[] = {
    {"no_answer", Errc::kFetchFailed, "", 75, "AMD's key distribution service does not answer",
     "attestation.amd_kds_url"},
    {"no_answer_later", Errc::kFetchFailed, kAboutEvidence, 75, "AMD's key distribution service",
     "attestation.amd_kds_url"},
    {"slow", Errc::kTimeout, "", 75, "took too long", "attestation.amd_kds_url"},
    {"private_address", Errc::kFetchForbidden, "", 78, "never fetched", "attestation.amd_kds_url"},
    {"long_answer", Errc::kFetchTooLarge, "", 78, "more than certificates",
     "attestation.amd_kds_url"},
    {"of_something_else", Errc::kTimeout, "chain.rpc_urls", 75, "It took too long.",
     "It is tried again."},
    {"no_platform", Errc::kNoTee, "", 69, "no trusted execution environment", "TDX or SEV-SNP"},
    {"not_genuine", Errc::kEvidenceRefused, kAboutEvidence, 69, "not accepted", "pramana verify"},
    {"in_use", Errc::kStoreLocked, "data_dir", 73, "", ""},
    {"model", Errc::kModelMismatch, "model", 78, "", ""},
};

class StartFailure : public testing::TestWithParam<StartRow> {};
TEST_P(StartFailure, says_what_was_being_done_and_what_to_do) {
    const StartRow& row = GetParam();
    const Failure failure = start_failure(Error{row.code, "test"}, std::string{row.about});
    EXPECT_EQ(failure.code, name_of(row.code));
    EXPECT_EQ(failure.exit_code, row.exit_code);
    EXPECT_NE(failure.sentence.find(row.says), std::string::npos) << failure.sentence;
    EXPECT_NE(failure.next_step.find(row.next), std::string::npos) << failure.next_step;
    EXPECT_EQ(failure.sentence.find("file's URL"), std::string::npos) << failure.sentence;
}
INSTANTIATE_TEST_SUITE_P(Rows, StartFailure, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::app
