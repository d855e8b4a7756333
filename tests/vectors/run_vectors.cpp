// run_vectors evm|vana|attestation [DIR]: runs every vector file of a folder. One line for each
// failing case, then `N passed, M failed`. Exit 0: all passed; 1: some failed; 2: nothing was
// judged.

#include "vectors/attestation.hpp"
#include "vectors/suite.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

namespace {

namespace fs = std::filesystem;
using pramana::vectors::Report;
using pramana::vectors::Suite;
using pramana::vectors::VectorFile;

constexpr int kSomeFailed = 1;
constexpr int kNotRun = 2;
constexpr std::size_t kDepthMax = 64;

constexpr const char* kUsage =
    "usage: run_vectors evm|vana|attestation [DIR]\n"
    "Runs every vector file of DIR (default: ../shared/vectors/evm, .../vana, .../attestation).\n";

int not_run(const std::string& why) {
    std::cerr << "run_vectors: " << why << '\n';
    return kNotRun;
}

/// The names of what lies in the folder, sorted. Lists in folders are named by their path, and a
/// folder without one by its own name.
std::set<std::string> names_in(const Suite& suite, const fs::path& directory) {
    std::set<std::string> names;
    for (const auto& [name, handler] : suite.handlers)
        if (fs::is_regular_file(directory / name)) names.insert(name);
    for (const auto& [name, reason] : suite.not_covered)
        if (fs::is_regular_file(directory / name)) names.insert(name);
    const auto has_list = [&](const std::string& folder) {
        const auto inside = names.lower_bound(folder + '/');
        return inside != names.end() && inside->starts_with(folder + '/');
    };
    for (const fs::directory_entry& entry : fs::directory_iterator{directory}) {
        const std::string name = entry.path().filename().string();
        if (!has_list(name)) names.insert(name);
    }
    return names;
}

/// The first name that the suite does not know.
std::optional<std::string> unknown_in(const Suite& suite, const std::set<std::string>& names) {
    for (const std::string& name : names) {
        if (!suite.handlers.contains(name) && !suite.not_covered.contains(name) &&
            !suite.ignored.contains(name)) {
            return name;
        }
    }
    return std::nullopt;
}

std::optional<std::string> read_text(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

int run(const Suite& suite, const fs::path& directory) {
    const std::set<std::string> names = names_in(suite, directory);
    if (const std::optional<std::string> unknown = unknown_in(suite, names)) {
        return not_run((directory / *unknown).string() + ": no rule checks this file");
    }
    Report report;
    for (const std::string& name : names) {
        if (const auto reason = suite.not_covered.find(name); reason != suite.not_covered.end()) {
            std::cout << name << ": not covered: " << reason->second << '\n';
        }
        const auto handler = suite.handlers.find(name);
        if (handler == suite.handlers.end()) continue;
        const std::optional<std::string> content = read_text(directory / name);
        if (!content) return not_run((directory / name).string() + ": cannot be read");
        const auto root = pramana::read_json(*content, kDepthMax);
        if (!root) return not_run((directory / name).string() + ": is not JSON");
        handler->second(VectorFile{(directory / name).parent_path(), name, *root}, report);
    }
    if (report.passed() + report.failed() == 0) {
        return not_run(directory.string() + ": holds no vectors");
    }
    std::cout << report.passed() << " passed, " << report.failed() << " failed\n";
    return report.failed() == 0 ? 0 : kSomeFailed;
}

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, Suite (*)(), std::less<>> suites = {
        {"evm", pramana::vectors::evm_suite},
        {"vana", pramana::vectors::vana_suite},
        {"attestation", pramana::vectors::attestation_suite}};
    const std::string_view which = argc >= 2 ? argv[1] : "";
    const auto suite = suites.find(which);
    if (argc > 3 || suite == suites.end()) {
        std::cerr << kUsage;
        return kNotRun;
    }
    const fs::path directory =
        argc == 3 ? fs::path{argv[2]} : fs::path{"../shared/vectors"} / std::string{which};
    std::error_code ignored;
    if (!fs::is_directory(directory, ignored)) {
        return not_run(directory.string() + ": no such folder");
    }
    try {
        return run(suite->second(), directory);
    } catch (const std::exception& failure) {
        return not_run(failure.what());
    }
}
