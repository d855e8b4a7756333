// The search kernels on the processor, without a device, against the processor's own search.
//   gpu_search_emulated [SIZE]    SIZE multiplies the number of random cases (1)
// Exit 0: no difference; 1: a difference; 64: wrong usage; 70: a rule of the device is broken.
#include "gpu/emulated/block.hpp"
#include "gpu/search_cases.hpp"

#include <cstdio>
#include <cstdlib>

namespace {

using namespace pramana;

constexpr unsigned long kSizeMax = 10'000;

struct Setting {
    const char* name;
    parity::WarpOrder order;
    std::size_t shared_bytes;
};
constexpr Setting kSettings[] = {
    {"warps in turn", parity::WarpOrder::kInTurn, 227 << 10},
    {"the first warp ahead", parity::WarpOrder::kFirstFirst, 227 << 10},
    {"the last warp ahead", parity::WarpOrder::kLastFirst, 227 << 10},
    {"any order, memory of sm_80", parity::WarpOrder::kShuffled, 163 << 10},
};

std::uint64_t run(const Setting& setting, std::uint32_t size) {
    parity::warp_order = setting.order;
    parity::shared_bytes_max = setting.shared_bytes;
    std::uint64_t mismatches = 0;
    for (const gpu::Comparison& comparison : gpu::compare_search(size)) {
        std::printf("%-26s %-32s %10llu compared %6llu different %s\n", setting.name,
                    comparison.what.c_str(), static_cast<unsigned long long>(comparison.numbers),
                    static_cast<unsigned long long>(comparison.mismatches),
                    comparison.first.c_str());
        mismatches += comparison.mismatches;
    }
    return mismatches;
}

}  // namespace

int main(int argc, char** argv) {
    char* end = nullptr;
    const unsigned long size = argc == 2 ? std::strtoul(argv[1], &end, 10) : 1;
    if (argc > 2 || size == 0 || size > kSizeMax || (end != nullptr && *end != '\0')) {
        std::fputs("usage: gpu_search_emulated [SIZE]\n", stderr);
        return 64;
    }
    std::uint64_t mismatches = 0;
    for (const Setting& setting : kSettings)
        mismatches += run(setting, static_cast<std::uint32_t>(size));
    return mismatches == 0 ? 0 : 1;
}
