#include "gpu_section.hpp"

#include <algorithm>
#include <set>

namespace pramana::config {
namespace {

constexpr std::size_t kDevicesMax = 64;
constexpr std::uint64_t kTokensStep =
    16'384;  // the shapes of batches are sixteenths of the largest
constexpr std::uint64_t kTokensMax = 262'144;
constexpr std::uint64_t kLinger_us_max = 1'000'000;

/// "GPU-" and five groups of lower-case hex digits, as the driver writes it.
bool is_device_name(std::string_view text) {
    constexpr std::string_view kForm = "GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return text.size() == kForm.size() && std::ranges::equal(text, kForm, [](char c, char form) {
               const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
               return form == 'x' ? digit : c == form;
           });
}

}  // namespace

Gpu read_gpu(Section section) {
    Gpu gpu;
    if (section.holds_list("devices")) {
        gpu.use = Gpu::Use::kNamed;
        gpu.devices = section.texts("devices", 1, kDevicesMax);
        for (std::size_t i = 0; i < gpu.devices.size(); ++i)
            if (!is_device_name(gpu.devices[i]))
                section.complain("devices[" + std::to_string(i) + "]",
                                 "must be a device as `nvidia-smi -L` names it: GPU- and a uuid in "
                                 "lower case");
        const std::set<std::string> different{gpu.devices.begin(), gpu.devices.end()};
        if (different.size() < gpu.devices.size())
            section.complain("devices", "names a device twice");
    } else {
        const std::string use = section.text_or("devices", "auto");
        if (use == "none") gpu.use = Gpu::Use::kNone;
        if (use != "none" && use != "auto")
            section.complain("devices", "must be auto, none or a list of devices");
    }
    gpu.batch_tokens_max = static_cast<std::uint32_t>(
        section.number_or("batch_tokens_max", gpu.batch_tokens_max, kTokensStep, kTokensMax));
    if (gpu.batch_tokens_max % kTokensStep != 0)
        section.complain("batch_tokens_max", "must be a multiple of 16384");
    gpu.linger = std::chrono::microseconds{section.number_or(
        "linger_us", static_cast<std::uint64_t>(gpu.linger.count()), 0, kLinger_us_max)};
    gpu.corpus = section.flag_or("corpus", gpu.corpus);
    section.done();
    return gpu;
}

}  // namespace pramana::config
