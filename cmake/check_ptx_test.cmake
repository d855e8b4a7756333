# cmake -DCHECK=check_ptx.cmake -DDIR=scratch -P check_ptx_test.cmake
# Whether check_ptx.cmake finds what it must, and lets pass what is exact: one instruction a file.
cmake_minimum_required(VERSION 3.25)
set(exact
    "add.rn.f32 %f1, %f2, %f3" "@%p1 fma.rn.f32 %f1, %f2, %f3, %f4" "@!%p2 div.rn.f32 %f1, %f2, %f3"
    "sqrt.rn.f32 %f1, %f2" "cvt.rn.f32.s32 %f1, %r1" "cvt.rni.s64.f32 %rd1, %f1" "cvt.rzi.s32.f32 %r1, %f1"
    "abs.f32 %f1, %f2" "max.f32 %f1, %f2, %f3" "setp.gt.f32 %p1, %f1, %f2" "setp.lt.and.f32 %p1, %f1, %f2, %p2"
    "selp.f32 %f1, %f2, %f3, %p1" "ld.global.nc.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1+16]" "st.shared.f32 [%r1], %f1"
    "mov.f32 %f1, 0f00000000" "shl.b32 %r1, %r2, 3" "{ mov.b32 %r1, %r2" "// ex2.approx.f32 in a comment"
    "$L__BB0_ex2.approx.f32:" ".reg .f32 %f<9>"
    "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%r1}, {%r2}, {%r3}, {%r4}")
set(inexact
    "add.f32 %f1, %f2, %f3" "mad.f32 %f1, %f2, %f3, %f4" "add.rz.f32 %f1, %f2, %f3" "mul.rn.ftz.f32 %f1, %f2, %f3"
    "fma.rm.f32 %f1, %f2, %f3, %f4" "fma.rn.sat.f32 %f1, %f2, %f3, %f4" "div.full.f32 %f1, %f2, %f3"
    "@%p1 div.approx.f32 %f1, %f2, %f3" "sqrt.approx.f32 %f1, %f2" "rsqrt.approx.f32 %f1, %f2" "rcp.rn.f32 %f1, %f2"
    "ex2.approx.ftz.f32 %f1, %f2" "tanh.approx.f32 %f1, %f2" "sin.approx.f32 %f1, %f2" "cvt.rp.f32.s32 %f1, %r1"
    "cvt.rn.f16.f32 %h1, %f1" "cvt.rmi.s32.f32 %r1, %f1" "min.ftz.f32 %f1, %f2, %f3" "fma.rn.f64 %d1, %d2, %d3, %d4"
    "add.rn.f32x2 %rd1, %rd2, %rd3" "atom.global.add.f32 %f1, [%rd1], %f2" "red.global.add.f32 [%rd1], %f1"
    "call.uni (retval0), expf, (param0)" "mma.sync.aligned.m16n8k32.row.col.satfinite.s32.u8.s8.s32 {%r1}"
    "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%f1}" "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f1}")

function(outcome line found)
    file(WRITE "${DIR}/one.ptx" "${line};\n")
    execute_process(COMMAND "${CMAKE_COMMAND}" "-DFILES=${DIR}/one.ptx" -P "${CHECK}" RESULT_VARIABLE code
        OUTPUT_QUIET ERROR_QUIET)
    set(${found} "${code}" PARENT_SCOPE)
endfunction()
foreach(kind exact inexact)
    foreach(line IN LISTS ${kind})
        outcome("${line}" code)
        if(kind STREQUAL "exact" AND NOT code EQUAL 0)
            message(SEND_ERROR "refused: ${line}")
        elseif(kind STREQUAL "inexact" AND code EQUAL 0)
            message(SEND_ERROR "let pass: ${line}")
        endif()
    endforeach()
endforeach()
