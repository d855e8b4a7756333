#include "gpu_devices.hpp"

#include "pramana/os/log.hpp"

#include <algorithm>
#include <array>

namespace pramana::app {
namespace {

using scoring::cuda::DeviceRuntime;
using scoring::cuda::RuntimeCounts;
using scoring::cuda::RuntimeState;

constexpr std::array kStates{RuntimeState::kAsleep, RuntimeState::kStarting,
                             RuntimeState::kReady,  RuntimeState::kRebuilding,
                             RuntimeState::kDown,   RuntimeState::kEnded};

struct Counter {
    std::string_view name;
    std::string_view help;
    std::uint64_t RuntimeCounts::* value;
};
constexpr Counter kCounters[] = {
    {"pramana_gpu_batches_total", "Batches that were sent to a device.", &RuntimeCounts::batches},
    {"pramana_gpu_texts_total", "Texts in them.", &RuntimeCounts::texts},
    {"pramana_gpu_tokens_total", "Tokens in them, without padding.", &RuntimeCounts::tokens},
    {"pramana_gpu_padded_tokens_total", "Tokens in them, with padding.",
     &RuntimeCounts::padded_tokens},
    {"pramana_gpu_crossings_total", "Copies and launches between processor and device.",
     &RuntimeCounts::crossings},
    {"pramana_gpu_wipes_total", "How often a device was wiped because it had no work.",
     &RuntimeCounts::wipes},
    {"pramana_gpu_losses_total", "How often a device was lost.", &RuntimeCounts::losses},
    {"pramana_gpu_rebuilds_total", "How often it came back.", &RuntimeCounts::rebuilds},
    {"pramana_gpu_refused_total", "Batches that a device had no room for.",
     &RuntimeCounts::refused},
};

std::string head_of(std::string_view name, std::string_view type, std::string_view help) {
    return "# HELP " + std::string{name} + ' ' + std::string{help} + "\n# TYPE " +
           std::string{name} + ' ' + std::string{type} + '\n';
}

std::string sample(std::string_view name, const std::string& labels, std::uint64_t value) {
    return std::string{name} + '{' + labels + "} " + std::to_string(value) + '\n';
}

}  // namespace

GpuChoice choose_gpus(const config::Gpu& wanted, evidence::GpuDriver* driver, bool has_code) {
    if (wanted.use == config::Gpu::Use::kNone) return {.why_none = "not_wanted"};
    if (!has_code) return {.why_none = "no_gpu_code"};
    if (driver == nullptr) return {.why_none = "no_gpu_with_evidence", .missing = wanted.devices};
    const Result<evidence::GpuFacts> facts = driver->facts();
    if (!facts) return {.why_none = "driver_failed", .missing = wanted.devices};
    GpuChoice choice;
    choice.missing = wanted.devices;
    for (const evidence::GpuDeviceFacts& device : facts->devices) {
        const auto named = std::ranges::find(choice.missing, device.uuid);
        if (wanted.use == config::Gpu::Use::kNamed && named == choice.missing.end()) continue;
        if (named != choice.missing.end()) choice.missing.erase(named);
        choice.uuids.push_back(device.uuid);
    }
    if (choice.uuids.empty()) choice.why_none = "none_listed";
    return choice;
}

GpuDevices::GpuDevices(const std::vector<std::string>& uuids, const MakeDevicePort& make,
                       const std::shared_ptr<const scoring::Model>& model,
                       const config::Gpu& settings) {
    const scoring::cuda::RuntimeOptions options{
        .limits = scoring::cuda::limits_of(*model, settings.batch_tokens_max),
        .linger = settings.linger,
        .asleep = true};
    for (const std::string& uuid : uuids)
        devices_.push_back({std::make_unique<DeviceRuntime>(uuid, make(model, uuid), options), {}});
}

std::vector<scoring::DeviceEncoder*> GpuDevices::encoders() const {
    std::vector<scoring::DeviceEncoder*> all;
    for (const Device& device : devices_) all.push_back(device.runtime.get());
    return all;
}

std::vector<scoring::DeviceRows*> GpuDevices::rows() const {
    std::vector<scoring::DeviceRows*> all;
    for (const Device& device : devices_) all.push_back(device.runtime.get());
    return all;
}

void GpuDevices::round(DeviceGate& gate) {
    for (Device& device : devices_) {
        tell(device);
        if (gate.admit(device.runtime->uuid()))
            device.runtime->open();
        else
            device.runtime->close();
    }
}

void GpuDevices::tell(Device& device) {
    const std::string_view state = scoring::cuda::name_of(device.runtime->state());
    const std::optional<Error> trouble = device.runtime->trouble();
    const std::string now =
        std::string{state} + ' ' + std::string{trouble ? trouble->site : std::string_view{}};
    if (now == device.told) return;
    device.told = now;
    const auto uuid = log::Field::vetted("device", device.runtime->uuid());
    if (trouble)
        log::warn("app.gpu_device",
                  {uuid, log::Field::vetted("state", state), {"error", *trouble}});
    else
        log::info("app.gpu_device", {uuid, log::Field::vetted("state", state)});
}

std::string GpuDevices::metrics() const {
    if (devices_.empty()) return {};
    std::string text =
        head_of("pramana_gpu_device_state", "gauge", "1 for the state that a device is in.");
    const auto label = [](const Device& device) {
        return "device=\"" + std::string{device.runtime->uuid()} + '"';
    };
    for (const Device& device : devices_) {
        const RuntimeState now = device.runtime->state();
        for (const RuntimeState state : kStates)
            text += sample(
                "pramana_gpu_device_state",
                label(device) + ",state=\"" + std::string{scoring::cuda::name_of(state)} + '"',
                state == now ? 1 : 0);
    }
    for (const Counter& counter : kCounters) {
        text += head_of(counter.name, "counter", counter.help);
        for (const Device& device : devices_)
            text += sample(counter.name, label(device), device.runtime->counts().*counter.value);
    }
    return text;
}

std::string to_metrics(const scoring::ResidentCounts& counts) {
    constexpr std::string_view kScans = "pramana_row_scans_total";
    const auto plain = [](std::string_view name, std::string_view type, std::string_view help,
                          std::uint64_t value) {
        return head_of(name, type, help) + std::string{name} + ' ' + std::to_string(value) + '\n';
    };
    return plain("pramana_gpu_rows", "gauge", "Rows of corpora on devices.", counts.rows) +
           plain("pramana_gpu_rows_sent_total", "counter", "Rows that were sent.", counts.put) +
           plain("pramana_gpu_rows_no_room_total", "counter",
                 "Corpora for which no device had memory.", counts.no_room) +
           head_of(kScans, "counter", "Searches of rows by where they were done.") +
           sample(kScans, "path=\"device\"", counts.scans) +
           sample(kScans, "path=\"cpu\"", counts.on_cpu);
}

std::string to_metrics(const scoring::DeviceCounts& counts) {
    constexpr std::string_view kName = "pramana_embed_batches_total";
    return head_of(kName, "counter", "Batches by where they were computed.") +
           sample(kName, "path=\"device\"", counts.on_device) +
           sample(kName, "path=\"cpu\"", counts.on_cpu);
}

}  // namespace pramana::app
