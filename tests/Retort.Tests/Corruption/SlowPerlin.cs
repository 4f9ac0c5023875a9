namespace Retort.Tests.Corruption;

/// <summary>Perlin noise and rotation pixel by pixel from their definitions.</summary>
internal static class SlowPerlin
{
    public static double Noise(int x, int y, int width, int height, double[] angles, int rows, int columns)
    {
        double v = (double)y * rows / height, u = (double)x * columns / width;
        int row = (int)Math.Floor(v), column = (int)Math.Floor(u);
        double Corner(int dv, int du)
        {
            double angle = angles[((row + dv) * (columns + 1)) + column + du];
            return ((v - row - dv) * Math.Cos(angle)) + ((u - column - du) * Math.Sin(angle));
        }

        double fv = Fade(v - row), fu = Fade(u - column);
        double left = Corner(0, 0) + (fv * (Corner(1, 0) - Corner(0, 0)));
        double right = Corner(0, 1) + (fv * (Corner(1, 1) - Corner(0, 1)));
        return Math.Sqrt(2) * (left + (fu * (right - left)));
    }

    private static double Fade(double t) => (6 * Math.Pow(t, 5)) - (15 * Math.Pow(t, 4)) + (10 * Math.Pow(t, 3));
}
