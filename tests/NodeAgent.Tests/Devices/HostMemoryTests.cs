using LlmOperator.NodeAgent.Devices;

namespace LlmOperator.NodeAgent.Tests.Devices;

public sealed class HostMemoryTests
{
    private const long Kibibyte = 1024;

    [Fact]
    public void Read_ControlGroupLimit_CountsAsAllThereIs()
    {
        string root = NewRoot();
        Write(root, "proc/self/cgroup", "0::/outer/inner\n");
        Write(root, "sys/fs/cgroup/outer/memory.max", "4000000\n");
        Write(root, "sys/fs/cgroup/outer/memory.current", "1000000\n");
        Write(root, "sys/fs/cgroup/outer/inner/memory.max", "max\n");

        Assert.Equal(new HostMemory(4_000_000, 3_000_000), HostMemory.Read(root));
    }

    [Fact]
    public void Read_NoLimit_IsTheMachines() =>
        Assert.Equal(new HostMemory(16_000 * Kibibyte, 9_000 * Kibibyte), HostMemory.Read(NewRoot()));

    private static string NewRoot()
    {
        string root = Directory.CreateTempSubdirectory("proc-").FullName;
        Write(root, "proc/meminfo", "MemTotal:       16000 kB\nMemFree: 1 kB\nMemAvailable:    9000 kB\n");
        return root;
    }

    private static void Write(string root, string path, string text)
    {
        string file = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
