namespace LlmOperator.NodeAgent;

internal static class Program
{
    private static int Main() => 0;
}
