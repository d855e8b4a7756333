#include "commands/contribute.hpp"
#include "commands/verify.hpp"

#include <string_view>
#include <vector>

int main(int count, char** words) {
    const std::vector<std::string_view> args{words + 1, words + count};
    if (args.empty()) return 64;
    const std::span<const std::string_view> rest = std::span{args}.subspan(1);
    if (args.front() == "contribute") return pramana::app::run_contribute(rest, true);
    if (args.front() == "verify") return pramana::app::run_verify(rest, true);
    return 64;
}
