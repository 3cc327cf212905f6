using System.Runtime.InteropServices;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.NodeAgent.Memory;

/// <summary>What loads must have in common to teach about each other.</summary>
/// <param name="EngineVersion">Build of the engine.</param>
/// <param name="DeviceKind">Kind of the device.</param>
/// <param name="Architecture">Architecture of the model.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CorrectionKey(
    string EngineVersion,
    DeviceKind DeviceKind,
    string Architecture
);
