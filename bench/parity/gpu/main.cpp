// Whether a CUDA device gives the same bits as the law: every operation of the encoder on shapes
// and values chosen to hurt, compared number by number.
//   gpu_parity_probe [FILE]       FILE receives the result as JSON
//   gpu_parity_emulated [FILE]    the same kernels on the processor, without a device
// Exit 0: no difference; 1: a difference; 64: wrong usage; 70: CUDA failed; 77: there is no device.
#include "parity/gpu/device.hpp"
#include "parity/gpu/device_kernels.hpp"
#include "parity/report.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <array>
#include <cstdio>
#include <fstream>

namespace {

using namespace pramana;

bool write(const char* path, const parity::Device& device, const parity::OperationReport& report,
           std::uint64_t mismatches) {
    JsonObject object;
    object.text("report", "gpu_parity")
        .text("device", device.name)
        .number("compute_capability", static_cast<std::uint64_t>(device.capability))
        .number("driver", static_cast<std::uint64_t>(device.driver))
        .text("operations_sha256", to_hex(report.digest.view()))
        .number("mismatches", mismatches)
        .raw("operations", parity::json_of(report.rows));
    std::ofstream file{path, std::ios::binary};
    file << object.str() << '\n';
    return static_cast<bool>(file.flush());
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 2) {
        std::fputs("usage: gpu_parity_probe [FILE]\n", stderr);
        return 64;
    }
    const parity::Device device = parity::find_device();
    if (!device.found) {
        std::printf("gpu_parity_probe: no CUDA device (%s): nothing was compared\n",
                    device.name.c_str());
        return 77;
    }
    std::printf("%s", device.name.c_str());
    if (device.capability > 0)
        std::printf(", compute capability %d.%d, driver for CUDA %d.%d", device.capability / 10,
                    device.capability % 10, device.driver / 1000, device.driver % 1000 / 10);
    std::printf("\n");
    const std::array<parity::NamedKernels, 1> candidates{{{"cuda", &parity::device_kernels()}}};
    const parity::OperationReport report = parity::compare_operations(candidates);
    std::uint64_t mismatches = 0;
    for (const parity::OperationRow& row : report.rows) mismatches += row.mismatches;
    std::fputs(parity::table_of(report.rows).c_str(), stdout);
    std::printf("operations sha256 %s\n%llu mismatches\n", to_hex(report.digest.view()).c_str(),
                static_cast<unsigned long long>(mismatches));
    if (argc == 2 && !write(argv[1], device, report, mismatches)) {
        std::fprintf(stderr, "gpu_parity_probe: cannot write %s\n", argv[1]);
        return 1;
    }
    return mismatches == 0 ? 0 : 1;
}
