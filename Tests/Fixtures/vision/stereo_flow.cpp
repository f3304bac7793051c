#include <opencv2/opencv.hpp>
#include <zlib.h>
using namespace cv;
int main(){ setNumThreads(1); std::string D="/work/shared/data/"; 
 for(int color=1;color>=0;color--){ Mat L=imread(D+"stereo/aloe/aloeL.jpg",color),R=imread(D+"stereo/aloe/aloeR.jpg",color); int c=color?3:1;
  for(int mode=0;mode<4;mode++) for(int v=0;v<2;v++){ int b=v?5:3; auto m=v?StereoSGBM::create(0,128,b,8*c*b*b,32*c*b*b,1,63,10,100,32,mode):StereoSGBM::create(0,128,b,8*c*b*b,32*c*b*b,0,0,0,0,0,mode);
   Mat d; m->compute(L,R,d); Mat f; d.convertTo(f,CV_32F,1/16.); f.setTo(0,d<=0);
   printf("%s color %d mode %d block %d crc %lx crcf %lx\n",CV_VERSION,color,mode,b,crc32(0,d.data,d.total()*2),crc32(0,f.data,f.total()*4)); } }
 Mat a=imread(D+"images/rubberwhale1.png"),b=imread(D+"images/rubberwhale2.png"),ga,gb,f; cvtColor(a,ga,COLOR_BGR2GRAY);cvtColor(b,gb,COLOR_BGR2GRAY);
 for(int p=0;p<3;p++){ Mat g; DISOpticalFlow::create(p)->calc(ga,gb,g); printf("dis %d %lx\n",p,crc32(0,g.data,g.total()*8)); }
 calcOpticalFlowFarneback(ga,gb,f,.5,3,15,3,5,1.2,0); printf("farneback %lx\n",crc32(0,f.data,f.total()*8));
}
