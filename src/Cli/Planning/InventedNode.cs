using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Planning;

/// <summary>A node that exists on the command line only: <c>NAME=gpu:24GiB,gpu:24GiB,ram:64GiB</c>.</summary>
internal static class InventedNode
{
    private const string Example = "--node big=gpu:24GiB,gpu:24GiB,ram:64GiB";

    /// <summary>The node; all of its memory may be used by models.</summary>
    /// <exception cref="CliException">The text cannot be read.</exception>
    public static LlmNode Parse(string text)
    {
        int separator = text.IndexOf('=', StringComparison.Ordinal);
        if (separator < 1)
        {
            throw Wrong(text);
        }

        List<NodeDevice> devices = [];
        foreach (string part in text[(separator + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            string[] words = part.Split(':', 2);
            if (words.Length != 2)
            {
                throw Wrong(text);
            }

            long bytes = Bytes("--node", words[1]);
            int gpus = devices.Count(d => d.Kind == DeviceKind.Gpu);
            devices.Add(
                words[0] switch
                {
                    "gpu" => Device($"GPU{gpus}", DeviceKind.Gpu, bytes),
                    "ram" => Device("CPU", DeviceKind.Cpu, bytes),
                    _ => throw Wrong(text),
                }
            );
        }

        if (devices.Count(d => d.Kind == DeviceKind.Cpu) > 1)
        {
            throw new CliException($"--node {text} has ram twice; give it once.", exitCode: 2);
        }

        return new LlmNode
        {
            Metadata = new ObjectMeta { Name = text[..separator] },
            Status = new LlmNodeStatus
            {
                Conditions =
                [
                    new Condition
                    {
                        Type = LlmNodeConditions.Ready,
                        Status = ConditionStatus.True,
                        Reason = LlmNodeConditions.AgentReady,
                    },
                ],
                Engines =
                [
                    .. Enum.GetValues<EngineKind>().Select(k => new NodeEngine { Name = $"{k}", Kind = k }),
                ],
                Devices = devices,
            },
        };
    }

    /// <summary>Bytes from <c>24GiB</c>, <c>24Gi</c>, <c>24GB</c> or a plain number.</summary>
    /// <exception cref="CliException">The text is no size.</exception>
    public static long Bytes(string option, string text)
    {
        string plain = text.EndsWith('B') ? text[..^1] : text;
        return Quantity.TryParse(plain, out Quantity size) && size.Bytes > 0
            ? size.Bytes
            : throw new CliException(
                $"{option}: \"{text}\" is no size; write for example 24GiB.",
                exitCode: 2
            );
    }

    private static NodeDevice Device(string name, DeviceKind kind, long bytes) =>
        new()
        {
            Name = name,
            Kind = kind,
            MemoryBytes = bytes,
            BudgetBytes = bytes,
        };

    private static CliException Wrong(string text) =>
        new($"--node {text} cannot be read; write for example {Example}.", exitCode: 2);
}
