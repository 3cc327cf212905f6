using System.Globalization;
using System.Runtime.InteropServices;

namespace LlmOperator.Storm.Machines;

/// <summary>What a process has used, from /proc.</summary>
/// <param name="CpuSeconds">User and system time since its start.</param>
/// <param name="ResidentBytes">Memory now.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProcessUsage(double CpuSeconds, long ResidentBytes)
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>What a process has used; null when it is gone.</summary>
    public static ProcessUsage? Read(int process)
    {
        try
        {
            string[] stat = Fields(process);
            double ticks = Number(stat[11]) + Number(stat[12]);
            return new ProcessUsage(
                ticks / TicksPerSecond,
                (long)Number(stat[21]) * Environment.SystemPageSize
            );
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static int ParentOf(int process) => (int)Number(Fields(process)[1]);

    /// <summary>Children of a process by the name of their program.</summary>
    public static IEnumerable<(int Id, string Name)> ChildrenOf(int parent)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id))
            {
                continue;
            }

            string? name = null;
            try
            {
                name = ParentOf(id) == parent ? File.ReadAllText($"/proc/{id}/comm").Trim() : null;
            }
            catch (IOException)
            {
                // Gone meanwhile.
            }

            if (name is not null)
            {
                yield return (id, name);
            }
        }
    }

    // From the state on: the name in parentheses before it may hold blanks.
    private static string[] Fields(int process)
    {
        string text = File.ReadAllText($"/proc/{process}/stat");
        return text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
