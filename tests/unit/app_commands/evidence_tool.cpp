// `verify FILE|URL` and `policy` without the rest of the program: built in a minute, for the bench
// and for looking at what people read.

#include "commands/policy.hpp"
#include "commands/verify_evidence.hpp"

#include <string_view>
#include <vector>

int main(int count, char** words) {
    const std::vector<std::string_view> args{words + 1, words + count};
    if (args.empty()) return 64;
    const std::span<const std::string_view> rest = std::span{args}.subspan(1);
    if (args.front() == "policy") return pramana::app::run_policy(rest);
    if (args.front() == "verify") return pramana::app::run_verify_evidence(rest);
    return 64;
}
