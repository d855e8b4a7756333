// Writes a made-up export of each format into a directory, the same for the same seed:
// sample_exports OUT [SEED]. To try rulesets on; nobody's data.
#include "exports_support/samples.hpp"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace {

using namespace pramana;  // NOLINT: a program of one file

bool put(const std::filesystem::path& file, std::string_view content) {
    std::ofstream out{file, std::ios::binary | std::ios::trunc};
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    return out.good();
}

bool write_all(const std::filesystem::path& to, std::uint64_t seed) {
    const auto zip = [&to](const char* name, const exports::Files& files) {
        const Bytes bytes = exports::zip_of(files);
        return put(to / name, as_text(ByteView{bytes}));
    };
    return zip("chatgpt.zip", exports::ChatGptExport::make(seed, 60).files()) &&
           zip("claude.zip", exports::ClaudeExport::make(seed, 60).files()) &&
           zip("x.zip", exports::XArchive::make(seed, 600).files()) &&
           zip("reddit.zip", exports::RedditExport::make(seed, 600).files()) &&
           put(to / "MyActivity.json", exports::GoogleActivity::make(seed, 800).json()) &&
           put(to / "mail.mbox", exports::Mailbox::make(seed, 200).mbox()) &&
           put(to / "whatsapp.txt", exports::WhatsAppChat::make(seed, 800).text()) &&
           put(to / "History.json", exports::BrowsingHistory::make(seed, 800).json()) &&
           put(to / "history.csv", exports::BrowsingHistory::make(seed, 800).csv());
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t seed = 1;
    const std::string_view given = argc > 2 ? argv[2] : "1";
    const auto parsed = std::from_chars(given.data(), given.data() + given.size(), seed);
    if (argc < 2 || argc > 3 || parsed.ec != std::errc{} ||
        parsed.ptr != given.data() + given.size()) {
        std::fprintf(stderr, "usage: sample_exports OUT [SEED]\n");
        return 64;
    }
    std::error_code failed;
    std::filesystem::create_directories(argv[1], failed);
    if (failed || !write_all(argv[1], seed)) {
        std::fprintf(stderr, "sample_exports: cannot write into %s\n", argv[1]);
        return 74;
    }
    return 0;
}
