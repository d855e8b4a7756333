#include "pramana/attest/nvidia.hpp"
#include "pramana/core/check.hpp"

// A report that reads is made of its parts and nothing else; nobody accepts it without a chain.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    using namespace pramana::attest;
    const ByteView input{bytes, size};
    const Result<NvidiaReport> report = parse_nvidia_report(input);
    if (report) {
        PRAMANA_CHECK(report->signed_bytes.size() + 96 + report->trailing.size() == size);
        std::size_t held = 37 + 8 + 32 + 2 + report->measurements.size() * 55;
        for (const NvidiaOpaqueField& field : report->opaque) held += 4 + field.value.size();
        PRAMANA_CHECK(held == report->signed_bytes.size());
        PRAMANA_CHECK(!report->measurements.empty());
        (void)report->text(NvidiaField::kDriverVersion);
        (void)report->vbios_version();
    }
    const Appraisal appraisal = appraise_nvidia({.report = input,
                                                 .chain = as_text(input),
                                                 .nonce = std::nullopt,
                                                 .driver_rim = std::nullopt,
                                                 .vbios_rim = std::nullopt,
                                                 .revocations = {}},
                                                vendor_roots(), {}, 1'790'000'000);
    PRAMANA_CHECK(!appraisal.accepted());
    return 0;
}
