// Runs a fuzz target without libFuzzer: over the files of a folder, every truncation of each and
// each byte changed in four ways. A crash or a broken invariant aborts.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

std::size_t runs = 0;

void run(const std::vector<std::uint8_t>& input, std::size_t size) {
    // A copy of exactly this size, so that the address sanitizer sees one byte too far.
    const std::vector<std::uint8_t> exact(input.begin(),
                                          input.begin() + static_cast<std::ptrdiff_t>(size));
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
    ++runs;
}

void run_around(std::vector<std::uint8_t> input) {
    for (std::size_t size = 0; size <= input.size(); ++size) run(input, size);
    for (std::uint8_t& byte : input) {
        const std::uint8_t kept = byte;
        for (const int changed : {0x00, 0xff, kept ^ 0x01, kept ^ 0x80}) {
            byte = static_cast<std::uint8_t>(changed);
            run(input, input.size());
        }
        byte = kept;
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator{argv[i]}) {
            std::ifstream in{entry.path(), std::ios::binary};
            run_around({std::istreambuf_iterator<char>{in}, {}});
            ++files;
        }
    }
    std::printf("%zu files, %zu runs\n", files, runs);
    return files == 0 ? 1 : 0;  // without a corpus nothing was tested
}
